using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Access;

/// <summary>Who may call which HTTP endpoint: every endpoint has its row.</summary>
public sealed class EndpointAccessTests(PostgresFixture postgres)
{
    private const HttpStatusCode Ok = HttpStatusCode.OK;
    private const HttpStatusCode Unauthorized = HttpStatusCode.Unauthorized;
    private const string WebhookPattern = Routes.Rails + "{rail}" + Routes.RailWebhooks;
    private const string LinkPattern = Routes.Links + "/{mailbox:guid}/{step:int}";

    /// <summary>Endpoint, and what it answers to nobody in particular, another user, a former member of any group, and a revoked device.</summary>
    private static readonly (string Method, string Pattern, HttpStatusCode Anonymous, HttpStatusCode Live, HttpStatusCode Revoked)[] Rows =
    [
        ("GET", Routes.Server, Ok, Ok, Ok),
        ("POST", Routes.Accounts, Ok, Ok, Ok),
        ("POST", Routes.Challenges, Ok, Ok, Ok),
        ("POST", Routes.Sessions, Ok, Ok, Ok),
        ("POST", Routes.Hub + "/negotiate", Unauthorized, Ok, Unauthorized),
        // With a session it wants a WebSocket.
        ("GET", Routes.Hub, Unauthorized, HttpStatusCode.BadRequest, Unauthorized),
        ("DELETE", Routes.Sessions, Unauthorized, HttpStatusCode.NoContent, Unauthorized),
        // Whoever recovers an account has no session: what is public, and what the account key itself has signed.
        ("GET", Routes.AccountByHandle + "{handle}", Ok, Ok, Ok),
        ("POST", Routes.DeviceLists, Ok, Ok, Ok),
        // The mailbox of a link: the new device has no account yet. Whatever is put there is believed only after people compared digits.
        ("PUT", LinkPattern, Ok, Ok, Ok),
        ("GET", LinkPattern, Ok, Ok, Ok),
        // The key log is public.
        ("GET", Routes.LogHead, Ok, Ok, Ok),
        ("GET", Routes.Log, Ok, Ok, Ok),
        ("GET", Routes.LogKeys, Ok, Ok, Ok),
        // A rail has no session: its signature is what counts, and nobody's token stands in for it.
        ("POST", WebhookPattern, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest),
        ("GET", "/health/live", Ok, Ok, Ok),
        ("GET", "/health/ready", Ok, Ok, Ok),
        ("GET", "/v1/{**path}", HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_endpoint_answers_its_caller_by_who_that_is()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres, ("XChat:RateLimits:Guesses:Burst", "1000"));

        Assert.Equal(
            Rows.Select(row => row.Pattern).Distinct().Order(StringComparer.Ordinal),
            scene.Server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct().Order(StringComparer.Ordinal));
        foreach (var row in Rows)
        {
            string what = $"{row.Method} {row.Pattern}";
            Assert.Equal((what, row.Anonymous), (what, await CallAsync(scene, row.Method, row.Pattern, token: null)));
            Assert.Equal((what, row.Live), (what, await CallAsync(scene, row.Method, row.Pattern, await scene.Mallory.SignInAsync())));
            Assert.Equal((what, row.Live), (what, await CallAsync(scene, row.Method, row.Pattern, await scene.Carl.SignInAsync())));
            Assert.Equal((what, row.Revoked), (what, await CallAsync(scene, row.Method, row.Pattern, scene.StolenToken)));
        }
    }

    [Fact]
    public async Task Only_a_device_that_is_certified_now_signs_in_and_every_refusal_looks_the_same()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        SignIn good = await scene.Bob.SignedChallengeAsync();
        SignIn ofRevoked = await scene.Alice.SignedChallengeAsync(scene.StolenPhone);
        SignIn ofNobody = await new TestAccount(scene.Server.Grains, scene.Server.Time).SignedChallengeAsync();
        SignIn badlySigned = (await scene.Bob.SignedChallengeAsync()) with { Signature = new byte[64] };

        Assert.Equal(SignInStatus.Accepted, (await SignInAsync(scene, scene.Bob.User, good)).Status);
        SignInResult refusal = new(SignInStatus.Refused, null, 0);
        Assert.Equal(refusal, await SignInAsync(scene, scene.Bob.User, good));
        Assert.Equal(refusal, await SignInAsync(scene, scene.Bob.User, badlySigned));
        Assert.Equal(refusal, await SignInAsync(scene, scene.Alice.User, ofRevoked));
        Assert.Equal(refusal, await SignInAsync(scene, UserId.New(), ofNobody));
        Assert.Equal(refusal, await SignInAsync(scene, scene.Mallory.User, await scene.Bob.SignedChallengeAsync()));
    }

    [Fact]
    public async Task A_device_list_without_a_session_counts_only_when_the_account_key_signed_it()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        DeviceId fresh = scene.Bob.AddDevice();
        byte[] next = scene.Bob.SignedList(2, scene.Bob.Device, fresh);

        Assert.Equal(PublishDeviceListStatus.Invalid, await PublishAsync(scene, scene.Bob.User, scene.Mallory.SignedList(2, scene.Mallory.Device)));
        Assert.Equal(PublishDeviceListStatus.Invalid, await PublishAsync(scene, scene.Mallory.User, next));
        Assert.Equal(PublishDeviceListStatus.StaleVersion, await PublishAsync(scene, scene.Bob.User, scene.Bob.SignedList(1, fresh)));
        Assert.Null(await scene.Bob.SignInAsync(fresh));
        Assert.Equal(PublishDeviceListStatus.Accepted, await PublishAsync(scene, scene.Bob.User, next));
        Assert.NotNull(await scene.Bob.SignInAsync(fresh));
    }

    [Fact]
    public async Task A_revoked_device_lets_nobody_in_by_the_way_for_people_without_a_device()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        DeviceId ghost = scene.Alice.AddDevice();
        using AccountKeys thief = AccountKeys.Generate();

        Assert.Equal(
            PublishDeviceListStatus.Invalid,
            await PublishAsync(scene, scene.Alice.User, scene.Alice.SignedList(scene.Alice.GivenUp, 4, [scene.Alice.Device, ghost])));
        Assert.Equal(
            PublishDeviceListStatus.Invalid,
            await PublishAsync(scene, scene.Alice.User, scene.Alice.PassedOnList(scene.Alice.GivenUp, thief, 4, scene.Alice.Device, ghost)));
        Assert.Null(await scene.Alice.SignInAsync(ghost));
    }

    private static async Task<PublishDeviceListStatus> PublishAsync(AccessScene scene, UserId user, byte[] list)
    {
        using HttpResponseMessage response = await scene.Server.Http.PostAsJsonAsync(
            Routes.DeviceLists, new PublishRecoveredListRequest(user.Value, list), Cancelled);
        return (await response.Content.ReadFromJsonAsync<PublishDeviceListResult>(Cancelled))!.Status;
    }

    private static async Task<HttpStatusCode> CallAsync(AccessScene scene, string method, string pattern, string? token)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), PathOf(pattern));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = method is not ("POST" or "PUT") ? null : pattern switch
        {
            LinkPattern => JsonContent.Create(new PutLinkMessageRequest([1])),
            Routes.Accounts => JsonContent.Create(NewRegistration(scene)),
            Routes.Challenges => JsonContent.Create(new ChallengeRequest(scene.Mallory.User.Value, scene.Mallory.Device.Value)),
            Routes.Sessions => JsonContent.Create(
                new SignInRequest(scene.Mallory.User.Value, scene.Mallory.Device.Value, new byte[32], new byte[64])),
            Routes.DeviceLists => JsonContent.Create(new PublishRecoveredListRequest(scene.Mallory.User.Value, [1])),
            _ => null,
        };
        using HttpResponseMessage response = await scene.Server.Http.SendAsync(request, Cancelled);
        return response.StatusCode;
    }

    private static string PathOf(string pattern) => pattern
        .Replace("{**path}", "nothing", StringComparison.Ordinal)
        .Replace("{mailbox:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("{rail}", "sim", StringComparison.Ordinal)
        .Replace("{step:int}", "1", StringComparison.Ordinal);

    private static RegisterRequest NewRegistration(AccessScene scene)
    {
        using TestAccount newcomer = new(scene.Server.Grains, scene.Server.Time);
        RegisterAccount register = newcomer.Registration($"new{Guid.NewGuid():N}"[..20]);
        return new RegisterRequest(
            newcomer.User.Value, register.Handle, register.AccountKey, register.DeviceList, register.ProofTimeMs, register.ProofNonce);
    }

    private static async Task<SignInResult> SignInAsync(AccessScene scene, UserId user, SignIn signIn)
    {
        using HttpResponseMessage response = await scene.Server.Http.PostAsJsonAsync(
            Routes.Sessions, new SignInRequest(user.Value, signIn.Device.Value, signIn.Challenge, signIn.Signature), Cancelled);
        return (await response.Content.ReadFromJsonAsync<SignInResult>(Cancelled))!;
    }
}
