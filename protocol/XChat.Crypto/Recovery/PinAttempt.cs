using System.Security.Cryptography;

namespace XChat.Crypto.Recovery;

/// <summary>A realm's evaluation of a blinded PIN, with its proof.</summary>
public sealed record ShareEvaluation(Guid Realm, byte[] Evaluated, byte[] Proof);

/// <summary>What a realm releases for the right tag.</summary>
public sealed record ReleasedShare(Guid Realm, byte[] ScalarShare, byte[] Ciphertext);

/// <summary>One attempt to open a recovery with a PIN, as the client makes it. Disposing erases what was derived from the PIN.</summary>
public sealed class PinAttempt : IDisposable
{
    private readonly RecoveryStatement _statement;
    private readonly StretchedPin _stretched;
    private readonly byte[] _blind;
    private UnlockKeys? _unlock;

    private PinAttempt(RecoveryStatement statement, StretchedPin stretched)
    {
        (_statement, _stretched) = (statement, stretched);
        (_blind, BlindedElement) = Oprf.Blind(stretched.AccessKey);
    }

    /// <summary>What the realms evaluate; it says nothing about the PIN.</summary>
    public byte[] BlindedElement { get; }

    /// <summary>Stretches the PIN, which takes a moment on the calling thread, and blinds it.</summary>
    public static PinAttempt Start(RecoveryStatement statement, string pin, PinCost cost)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return new PinAttempt(statement, StretchedPin.Of(pin, statement.Version, statement.AccountKey, cost));
    }

    /// <summary>Whether a realm evaluated with the share that the account's statement commits to. One that did not is broken or hostile.</summary>
    public bool IsGenuine(ShareEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return _statement.At(evaluation.Realm) is { } holder
            && Oprf.Verify(holder.OprfKey, BlindedElement, evaluation.Evaluated, evaluation.Proof);
    }

    /// <summary>Whether the PIN is the right one, from genuine evaluations of as many realms as the threshold.</summary>
    /// <exception cref="ArgumentException">Too few, one realm twice, or one that is not genuine.</exception>
    public bool Unlock(IReadOnlyList<ShareEvaluation> evaluations)
    {
        ArgumentNullException.ThrowIfNull(evaluations);
        if (evaluations.Count < _statement.Threshold || !evaluations.All(IsGenuine))
        {
            throw new ArgumentException($"{_statement.Threshold} genuine evaluations are needed.", nameof(evaluations));
        }

        byte[]? combined = SecretSharing.CombineEvaluations(
            [.. evaluations.Select(evaluation => (_statement.At(evaluation.Realm)!.Index, evaluation.Evaluated))]);
        if (combined is null || Oprf.Finalize(_stretched.AccessKey, _blind, combined) is not { } output)
        {
            return false;
        }

        UnlockKeys unlock = UnlockKeys.From(output);
        if (!CryptographicOperations.FixedTimeEquals(unlock.Commitment, _statement.UnlockCommitment))
        {
            unlock.Dispose();
            return false;
        }

        _unlock = unlock;
        return true;
    }

    /// <summary>What shows a realm that the PIN was right.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Unlock"/> has not said so.</exception>
    public byte[] TagFor(Guid realm) => (_unlock ?? throw new InvalidOperationException("The PIN is not known to be right.")).TagFor(realm);

    /// <summary>Whether a realm released the share that the account's statement commits to.</summary>
    public bool IsGenuine(ReleasedShare released)
    {
        ArgumentNullException.ThrowIfNull(released);
        return _statement.At(released.Realm) is { } holder
            && PinVault.IsKeyOf(released.ScalarShare, holder.ScalarKey)
            && SHA256.HashData(released.Ciphertext).AsSpan().SequenceEqual(_statement.CiphertextHash);
    }

    /// <summary>The root secret, from genuine shares of as many realms as the threshold; null when it does not open. The caller erases it.</summary>
    /// <exception cref="ArgumentException">Too few, one realm twice, or one that is not genuine.</exception>
    public byte[]? Open(IReadOnlyList<ReleasedShare> released)
    {
        ArgumentNullException.ThrowIfNull(released);
        if (released.Count < _statement.Threshold || !released.All(IsGenuine))
        {
            throw new ArgumentException($"{_statement.Threshold} genuine shares are needed.", nameof(released));
        }

        byte[] scalar = SecretSharing.Combine([.. released.Select(share => new SecretShare(_statement.At(share.Realm)!.Index, share.ScalarShare))]);
        bool opened = PinVault.TryOpen(_stretched, scalar, _statement, released[0].Ciphertext, out byte[]? root);
        CryptographicOperations.ZeroMemory(scalar);
        return opened ? root : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stretched.Dispose();
        _unlock?.Dispose();
        CryptographicOperations.ZeroMemory(_blind);
    }
}
