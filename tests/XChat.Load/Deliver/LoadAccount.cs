using System.Net.Http.Json;

using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Load.Deliver;

/// <summary>A person with one device, registered and signed in through the frontend like anyone else.</summary>
public sealed class LoadAccount : IDisposable
{
    private const int Tries = 5;

    private readonly Key _deviceKey = Key.Create(SignatureAlgorithm.Ed25519);

    private LoadAccount()
    {
    }

    public UserId User { get; } = UserId.New();

    public DeviceId Device { get; } = DeviceId.New();

    public string Token { get; private set; } = string.Empty;

    private byte[] Identity => MemberIdentity.Encode(User.Value, Device.Value);

    public static async Task<LoadAccount> RegisterAsync(HttpClient http, int number, CancellationToken cancellationToken)
    {
        LoadAccount account = new();
        await account.RegisterAsync(http, $"load{number}", cancellationToken);
        // A grain that moves between challenge and answer has forgotten the challenge, so a second try is a new sign-in.
        for (int left = Tries; !await account.SignInAsync(http, cancellationToken);)
        {
            if (--left == 0)
            {
                throw new LoadException("A sign-in was refused again and again: the run shows nothing.");
            }
        }

        return account;
    }

    /// <summary>
    /// Founds the MLS group of a new conversation with the others, in as many commits as the protocol's limit asks for. Every commit goes out
    /// through <paramref name="create"/> or <paramref name="commit"/>.
    /// </summary>
    public async Task<byte[]> FoundAsync(
        Guid conversation,
        ConversationType type,
        IReadOnlyList<LoadAccount> others,
        Func<CreateConversationRequest, Task<EntryResult>> create,
        Func<CommitEpochRequest, Task<EntryResult>> commit)
    {
        Guid group = Guid.CreateVersion7();
        using MlsGroup mls = MlsGroup.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, group.ToByteArray(bigEndian: true), Identity, _deviceKey);
        bool created = false;
        foreach (LoadAccount[] some in others.Chunk(Limits.DevicesPerCommit))
        {
            PendingCommit pending = mls.Commit([.. some.Select(other => other.NewKeyPackage())], [], Anyone);
            EntryResult result = created
                ? await commit(new CommitEpochRequest(conversation, Guid.CreateVersion7(), pending.Message, pending.Welcome))
                : await create(new CreateConversationRequest(conversation, Guid.CreateVersion7(), type, group, pending.Message, pending.Welcome));
            if (result.Status != ConversationStatus.Accepted)
            {
                throw new LoadException($"A conversation was answered with {result.Status}: the run shows nothing.");
            }

            created = true;
            mls.Merge(pending);
        }

        return mls.Encrypt(new byte[100], [], paddedSize: 256);
    }

    public void Dispose() => _deviceKey.Dispose();

    private static bool Anyone(byte[] identity, byte[] signatureKey) => true;

    private byte[] NewKeyPackage()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using KeyPackageBundle bundle = KeyPackageBundle.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, Identity, _deviceKey, now.AddHours(-1), now.AddDays(30), lastResort: false);
        return bundle.KeyPackage;
    }

    private async Task RegisterAsync(HttpClient http, string handle, CancellationToken cancellationToken)
    {
        ServerInfo server = await http.GetFromJsonAsync<ServerInfo>(Routes.Server, cancellationToken)
            ?? throw new LoadException("The server does not describe itself.");
        using AccountKeys keys = AccountKeys.Generate();
        byte[] signatureKey = _deviceKey.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        DeviceList list = new(User.Value, 1, server.TimeMs, [new CertifiedDeviceEntry(Device.Value, signatureKey, "load")]);
        long nonce = RegistrationProof.Solve(User.Value, handle, server.TimeMs, server.RegistrationDifficulty, cancellationToken);
        RegisterResult result = await PostAsync<RegisterRequest, RegisterResult>(
            http, Routes.Accounts, new(User.Value, handle, keys.PublicKey, keys.Sign(list), server.TimeMs, nonce), cancellationToken);
        if (result.Status != RegisterStatus.Accepted)
        {
            throw new LoadException($"A registration was answered with {result.Status}: the run shows nothing.");
        }
    }

    /// <summary>Whether it was accepted.</summary>
    private async Task<bool> SignInAsync(HttpClient http, CancellationToken cancellationToken)
    {
        ChallengeResult asked = await PostAsync<ChallengeRequest, ChallengeResult>(
            http, Routes.Challenges, new(User.Value, Device.Value), cancellationToken);
        byte[] signature = SignInStatement.Sign(_deviceKey, User.Value, Device.Value, asked.Challenge);
        SignInResult result = await PostAsync<SignInRequest, SignInResult>(
            http, Routes.Sessions, new(User.Value, Device.Value, asked.Challenge, signature), cancellationToken);
        Token = result.Token ?? string.Empty;
        return result.Token is not null;
    }

    private static async Task<TResult> PostAsync<TRequest, TResult>(
        HttpClient http, string route, TRequest request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync(route, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new LoadException($"{route} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        return await response.Content.ReadFromJsonAsync<TResult>(cancellationToken) ?? throw new LoadException($"{route} answered nothing.");
    }
}
