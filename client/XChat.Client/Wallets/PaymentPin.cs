using System.Security.Cryptography;

using MessagePack;

using XChat.Client.Recovery;
using XChat.Client.Store;
using XChat.Crypto.Recovery;
using XChat.Crypto.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>The PIN for payments of this device, and what it has paid without it. No verifier: none is set.</summary>
[MessagePackObject]
internal sealed record StoredPaymentPin(
    [property: Key(0)] byte[] Salt,
    [property: Key(1)] byte[] Verifier,
    [property: Key(2)] IReadOnlyDictionary<string, long> PaidWithout,
    [property: Key(3)] int Payments,
    [property: Key(4)] int Wrong,
    [property: Key(5)] long NextTryMs)
{
    public const string Setting = "payment-pin";
}

/// <summary>
/// Asks for the owner's PIN before a payment that is not exempt. It keeps somebody from paying who has got hold of an unlocked device for a moment; it does
/// not keep out who can copy the profile.
/// </summary>
internal sealed class PaymentPin(ProfileStore store, TimeProvider time, PinCost cost)
{
    /// <summary>Wrong tries in a row that cost no wait.</summary>
    private const int FreeTries = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Whether there is one.</summary>
    public bool IsSet => Read() is not null;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Sets it, or another one.</summary>
    /// <exception cref="XChatException">It is no PIN, or the one before is not given.</exception>
    public void Set(string pin, string? before)
    {
        PinRules.Require(pin);
        RequireRight(before);
        byte[] salt = RandomNumberGenerator.GetBytes(PaymentPinVerifier.SaltSize);
        Write(new StoredPaymentPin(salt, PaymentPinVerifier.Of(pin, salt, cost), new Dictionary<string, long>(), 0, 0, 0));
    }

    /// <summary>Takes it away.</summary>
    /// <exception cref="XChatException">The PIN is not given.</exception>
    public void Remove(string? pin)
    {
        RequireRight(pin);
        Write(new StoredPaymentPin([], [], new Dictionary<string, long>(), 0, 0, 0));
    }

    /// <summary>Whether a payment needs it.</summary>
    public bool IsNeededFor(Money amount) =>
        Read() is { } kept && !PaymentExemption.Allows(amount, kept.PaidWithout.GetValueOrDefault(amount.Currency.Code), kept.Payments);

    /// <summary>Lets a payment through, and counts it when it goes without the PIN. It is counted before it is sent.</summary>
    /// <exception cref="XChatException">The PIN is needed and not given, or wrong, or was wrong too often. Nothing was sent.</exception>
    public void Admit(Money amount, string? pin)
    {
        // What is no amount is refused by whoever is asked to pay it.
        if (Read() is not { } kept || !amount.Currency.IsKnown() || amount.MinorUnits <= 0)
        {
            return;
        }

        if (pin is not null)
        {
            RequireRight(pin);
            Write(kept with { PaidWithout = new Dictionary<string, long>(), Payments = 0, Wrong = 0, NextTryMs = 0 });
            return;
        }

        if (IsNeededFor(amount))
        {
            throw XChatException.Of(
                ClientErrorReason.InvalidInput,
                "PaymentPinNeeded",
                $"{amount} is more than goes without the PIN for payments: {PaymentExemption.Each} each, {PaymentExemption.Together} in "
                + $"all, {PaymentExemption.Count} payments.");
        }

        string code = amount.Currency.Code;
        Write(kept with
        {
            PaidWithout = new Dictionary<string, long>(kept.PaidWithout)
            {
                [code] = checked(kept.PaidWithout.GetValueOrDefault(code) + amount.MinorUnits),
            },
            Payments = kept.Payments + 1,
        });
    }

    private void RequireRight(string? pin)
    {
        if (Read() is not { } kept)
        {
            return;
        }

        if (NowMs < kept.NextTryMs)
        {
            throw XChatException.Of(
                ClientErrorReason.Refused,
                "PaymentPinWaits",
                $"the PIN was wrong {kept.Wrong} times; it can be tried again in {Math.Ceiling((kept.NextTryMs - NowMs) / 60_000.0):0} min.");
        }

        if (pin is not null && PaymentPinVerifier.Matches(pin, kept.Salt, kept.Verifier, cost))
        {
            Write(kept with { Wrong = 0, NextTryMs = 0 });
            return;
        }

        if (pin is not null)
        {
            int wrong = kept.Wrong + 1;
            double wait = wrong < FreeTries ? 0 : Math.Min(FirstWait.TotalMilliseconds * Math.Pow(2, wrong - FreeTries), LongestWait.TotalMilliseconds);
            Write(kept with { Wrong = wrong, NextTryMs = wait == 0 ? 0 : NowMs + (long)wait });
        }

        throw XChatException.Of(ClientErrorReason.Refused, "PaymentPinWrong", "that is not the PIN for payments of this device.");
    }

    private StoredPaymentPin? Read() =>
        store.Read(transaction => transaction.Setting<StoredPaymentPin>(StoredPaymentPin.Setting)) is { Verifier.Length: > 0 } kept ? kept : null;

    private void Write(StoredPaymentPin kept) => store.Write(transaction => transaction.PutSetting(StoredPaymentPin.Setting, kept));
}
