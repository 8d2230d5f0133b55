using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.Client.Accounts;

/// <summary>
/// The old device's side of a link. Show <see cref="Digits"/> and <see cref="Label"/>; when the person says that the new device shows the same digits,
/// <see cref="ConfirmAsync"/> certifies it and sends it the account's root secret. Otherwise dispose of it: nothing has happened.
/// </summary>
public sealed class LinkAcceptance : IDisposable
{
    private readonly LinkExchange _exchange;
    private readonly Key _ephemeral;
    private readonly LinkReveal _reveal;
    private readonly byte[] _transcript;
    private readonly Func<CertifiedDeviceEntry, CancellationToken, Task<LinkedAccount>> _certify;

    private LinkAcceptance(
        LinkExchange exchange, Key ephemeral, LinkReveal reveal, byte[] transcript,
        Func<CertifiedDeviceEntry, CancellationToken, Task<LinkedAccount>> certify) =>
        (_exchange, _ephemeral, _reveal, _transcript, _certify) = (exchange, ephemeral, reveal, transcript, certify);

    /// <summary>The six digits to be compared.</summary>
    public string Digits => DeviceLink.Digits(_transcript);

    /// <summary>What the new device calls itself.</summary>
    public string Label => _reveal.Label;

    /// <summary>Certifies the new device and sends it what makes it one of the account's.</summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken = default)
    {
        LinkedAccount account = await _certify(new CertifiedDeviceEntry(_reveal.Device, _reveal.SignatureKey, _reveal.Label), cancellationToken);
        byte[] sealedAccount = DeviceLink.Seal(_ephemeral, _reveal.EphemeralKey, _transcript, account) ?? throw LinkExchange.Broken();
        CryptographicOperations.ZeroMemory(account.Root);
        await _exchange.PutAsync(LinkExchange.Account, sealedAccount, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _ephemeral.Dispose();

    internal static async Task<LinkAcceptance> BeginAsync(
        LinkExchange exchange, Guid user, Func<CertifiedDeviceEntry, CancellationToken, Task<LinkedAccount>> certify, CancellationToken cancellationToken)
    {
        byte[] commitment = await exchange.ReadAsync(LinkExchange.Commitment, cancellationToken);
        Key ephemeral = Key.Create(KeyAgreementAlgorithm.X25519);
        try
        {
            LinkOffer offer = new(
                user, ephemeral.PublicKey.Export(KeyBlobFormat.RawPublicKey), RandomNumberGenerator.GetBytes(DeviceLink.PartSize));
            await exchange.PutAsync(LinkExchange.Offer, offer.Encode(), cancellationToken);
            byte[] revealed = await exchange.AwaitAsync(LinkExchange.Reveal, cancellationToken);
            return LinkReveal.TryDecode(revealed, out LinkReveal? reveal) && DeviceLink.Opens(exchange.Id, commitment, reveal)
                ? new LinkAcceptance(exchange, ephemeral, reveal, DeviceLink.Transcript(exchange.Id, commitment, offer, reveal), certify)
                : throw LinkExchange.Broken();
        }
        catch
        {
            ephemeral.Dispose();
            throw;
        }
    }
}
