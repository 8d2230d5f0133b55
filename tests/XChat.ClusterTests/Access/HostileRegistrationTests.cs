using System.Net.Http.Json;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Access;

/// <summary>Registrations that no proper client would send: each is refused by name, and no account comes of it.</summary>
public sealed class HostileRegistrationTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_is_refused_by_name_and_stores_nothing()
    {
        await using WholeServer server = await WholeServer.StartAsync(postgres, ("XChat:RateLimits:Registrations:Burst", "1000"));
        using TestAccount alice = await server.RegisterAsync("alice");
        using TestAccount mallory = new(server.Grains, server.Time);
        IReadOnlyList<string> stored = await server.StoredAsync();

        (string Handle, RegisterStatus Status)[] handles =
        [
            ("ali\u200Bce2", RegisterStatus.HandleInvalid),
            ("\u2060alice2", RegisterStatus.HandleInvalid),
            ("alice2\uFEFF", RegisterStatus.HandleInvalid),
            ("al\u00ADice2", RegisterStatus.HandleInvalid),
            ("\u0430lice2", RegisterStatus.HandleInvalid),
            ("al ice", RegisterStatus.HandleInvalid),
            ("al\nice", RegisterStatus.HandleInvalid),
            ("al\0ice", RegisterStatus.HandleInvalid),
            ("\u202Ealice2", RegisterStatus.HandleInvalid),
            ("ab", RegisterStatus.HandleInvalid),
            ("'; DROP TABLE account; --", RegisterStatus.HandleInvalid),
            ("admin", RegisterStatus.HandleReserved),
            ("@Alice", RegisterStatus.HandleTaken),
            ("a1ice", RegisterStatus.HandleTaken),
        ];
        foreach ((string handle, RegisterStatus status) in handles)
        {
            Assert.Equal((handle, status), (handle, await RegisterAsync(server, mallory, mallory.Registration(handle))));
        }

        RegisterAccount good = mallory.Registration("mallory");
        TimeSpan late = TimeSpan.FromSeconds(Limits.ProofWindowSeconds + 60);
        Assert.Equal(RegisterStatus.ProofRejected, await RegisterAsync(server, mallory, ProvedForAnother(server, mallory, alice)));
        Assert.Equal(RegisterStatus.ProofRejected, await RegisterAsync(server, mallory, mallory.Registration("mallory", at: server.Time.GetUtcNow() - late)));
        Assert.Equal(RegisterStatus.ProofRejected, await RegisterAsync(server, mallory, mallory.Registration("mallory", at: server.Time.GetUtcNow() + late)));
        Assert.Equal(
            RegisterStatus.DeviceListInvalid,
            await RegisterAsync(server, mallory, good with { DeviceList = alice.SignedList(1, alice.Device) }));
        Assert.Equal(RegisterStatus.DeviceListInvalid, await RegisterAsync(server, mallory, good with { DeviceList = new byte[500] }));
        Assert.Equal(RegisterStatus.IdReusedWithDifferentContent, await RegisterAsync(server, alice, good, alice.Registration("alice3")));
        Assert.Equal(stored, await server.StoredAsync());

        Assert.Equal(RegisterStatus.Accepted, await RegisterAsync(server, mallory, good));
    }

    /// <summary>A proof of another person's that does not happen to be one for this person too: at the difficulty of tests, one in sixteen is.</summary>
    private static RegisterAccount ProvedForAnother(WholeServer server, TestAccount account, TestAccount other)
    {
        for (int second = 0; ; second++)
        {
            RegisterAccount proved = account.Registration("mallory", at: server.Time.GetUtcNow() + TimeSpan.FromSeconds(second), provedFor: other.User);
            if (!RegistrationProof.Verify(account.User.Value, "mallory", proved.ProofTimeMs, proved.ProofNonce, AccountCluster.Difficulty))
            {
                return proved;
            }
        }
    }

    private static Task<RegisterStatus> RegisterAsync(WholeServer server, TestAccount account, RegisterAccount register, RegisterAccount? proof = null) =>
        SendAsync(server, new RegisterRequest(
            account.User.Value,
            proof?.Handle ?? register.Handle,
            register.AccountKey,
            register.DeviceList,
            (proof ?? register).ProofTimeMs,
            (proof ?? register).ProofNonce));

    private static async Task<RegisterStatus> SendAsync(WholeServer server, RegisterRequest request)
    {
        using HttpResponseMessage response = await server.Http.PostAsJsonAsync(Routes.Accounts, request, Cancelled);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<RegisterResult>(Cancelled))!.Status;
    }
}
