using XChat.Client.Accounts;
using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Client.Delivery;

/// <summary>The bearer token of this device: signed in for when there is none, and anew before it expires or when it was refused.</summary>
internal sealed class SessionTokens(AccountEndpoints endpoints, DeviceKeys device, TimeProvider time)
{
    /// <summary>A token is not used in the last fifth of its life.</summary>
    private const double UsedPart = 0.8;

    private string? _token;
    private DateTimeOffset _useUntil;

    public string? Current => _token;

    public void Drop() => _token = null;

    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_token is { } token && time.GetUtcNow() < _useUntil)
        {
            return token;
        }

        SignInResult result = await SignInAsync(cancellationToken);
        if (result.Status == SignInStatus.Refused)
        {
            // A challenge is known to the one activation that gave it, and that may have moved to another silo meanwhile. Two in a row are an answer.
            result = await SignInAsync(cancellationToken);
        }

        if (result.Status != SignInStatus.Accepted || result.Token is null)
        {
            throw new XChatException(
                ClientErrorReason.SignInRefused,
                "The server does not accept this device: it was removed from the account, or the profile belongs to another server.");
        }

        _useUntil = time.GetUtcNow() + TimeSpan.FromSeconds(result.ValidSeconds * UsedPart);
        return _token = result.Token;
    }

    private async Task<SignInResult> SignInAsync(CancellationToken cancellationToken)
    {
        ChallengeResult challenge = await endpoints.ChallengeAsync(new ChallengeRequest(device.User, device.Device), cancellationToken);
        if (challenge.Challenge.Length is 0 or > SignInStatement.MaxChallengeBytes)
        {
            throw new XChatException(ClientErrorReason.ProtocolMismatch, "The server's challenge is not one to sign: check the address.");
        }

        byte[] signature = SignInStatement.Sign(device.Signing, device.User, device.Device, challenge.Challenge);
        return await endpoints.SignInAsync(new SignInRequest(device.User, device.Device, challenge.Challenge, signature), cancellationToken);
    }
}
