using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Client.Accounts;

/// <summary>
/// The new device's side of a link. Show <see cref="Code"/>, then <see cref="AwaitDigitsAsync"/>, then, when the person says that both devices show the same
/// digits, <see cref="FinishAsync"/>.
/// </summary>
public sealed class LinkRequest : IDisposable
{
    private readonly LinkExchange _exchange;
    private readonly NewDevice _device;
    private readonly Key _ephemeral = Key.Create(KeyAgreementAlgorithm.X25519);
    private readonly LinkReveal _reveal;
    private readonly Func<OwnAccount, OwnDevice> _complete;
    private LinkOffer? _offer;
    private byte[] _transcript = [];

    internal LinkRequest(ILinkMailbox mailbox, string label, TimeProvider time, Func<OwnAccount, OwnDevice> complete)
    {
        _exchange = new LinkExchange(mailbox, new Guid(RandomNumberGenerator.GetBytes(16), bigEndian: true), time);
        _device = DeviceEnrolment.Make(label);
        _complete = complete;
        _reveal = new LinkReveal(
            _device.Device, _device.PublicKey, _device.Label, _ephemeral.PublicKey.Export(KeyBlobFormat.RawPublicKey),
            RandomNumberGenerator.GetBytes(DeviceLink.PartSize));
    }

    /// <summary>What the person enters on the old device, or scans there. It is no secret.</summary>
    public string Code => LinkCode.Of(_exchange.Id);

    /// <summary>Waits until the old device has the code, and returns the six digits to be compared.</summary>
    public async Task<string> AwaitDigitsAsync(CancellationToken cancellationToken = default)
    {
        byte[] offer = await _exchange.AwaitAsync(LinkExchange.Offer, cancellationToken);
        if (!LinkOffer.TryDecode(offer, out _offer))
        {
            throw LinkExchange.Broken();
        }

        // Only now: who sits in between has fixed its own key.
        await _exchange.PutAsync(LinkExchange.Reveal, _reveal.Encode(), cancellationToken);
        _transcript = DeviceLink.Transcript(_exchange.Id, DeviceLink.Commit(_exchange.Id, _reveal), _offer, _reveal);
        return DeviceLink.Digits(_transcript);
    }

    /// <summary>Waits until the old device has certified this one, and becomes one of the account's devices.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Security"/>: what came is not from the device that showed the same digits.</exception>
    public async Task<OwnDevice> FinishAsync(CancellationToken cancellationToken = default)
    {
        LinkOffer offer = _offer ?? throw new InvalidOperationException("The digits have not been compared yet.");
        byte[] sealedAccount = await _exchange.AwaitAsync(LinkExchange.Account, cancellationToken);
        LinkedAccount account = DeviceLink.Open(_ephemeral, offer.EphemeralKey, _transcript, sealedAccount) ?? throw LinkExchange.Broken();
        if (HandleRules.Check(account.Handle, out string handle) == RegisterStatus.HandleInvalid)
        {
            throw LinkExchange.Broken();
        }

        OwnAccount own = DeviceEnrolment.Join(account.Root, handle, account.DeviceList, _device);
        return own.User == offer.User ? _complete(own) : throw LinkExchange.Broken();
    }

    /// <inheritdoc/>
    public void Dispose() => _ephemeral.Dispose();

    internal Task BeginAsync(CancellationToken cancellationToken) =>
        _exchange.PutAsync(LinkExchange.Commitment, DeviceLink.Commit(_exchange.Id, _reveal), cancellationToken);
}
