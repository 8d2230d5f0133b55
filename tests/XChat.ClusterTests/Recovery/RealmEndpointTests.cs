using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

using MessagePack;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using XChat.ClusterTests.Frontend;
using XChat.Crypto.Recovery;
using XChat.Frontend;
using XChat.Protocol;
using XChat.Protocol.Recovery;

namespace XChat.ClusterTests.Recovery;

/// <summary>
/// What no grain of a realm should ever see. Nobody plays the grains here, so that a call that gets past the edge fails as a bug and not as invalid.
/// </summary>
public sealed class RealmEndpointTests : IAsyncLifetime
{
    private static readonly byte[] Key = new byte[32];
    private static readonly byte[] Short = new byte[3];
    private static readonly byte[] Version = new byte[16];

    /// <summary>Operation, request, whether with a proof, and the field that is wrong.</summary>
    private static readonly (string Operation, object Request, bool Proved, string Field)[] Calls =
    [
        (RealmOperation.Find, new FindRecoveryRequest(null!), false, "accountKey"),
        (RealmOperation.Find, new FindRecoveryRequest(Short), false, "accountKey"),
        (RealmOperation.Evaluate, new EvaluatePinRequest(Short, Version, 1, Key, 0, 0, null), false, "accountKey"),
        (RealmOperation.Evaluate, new EvaluatePinRequest(Key, null!, 1, Key, 0, 0, null), false, "version"),
        (RealmOperation.Evaluate, new EvaluatePinRequest(Key, Version, 0, Key, 0, 0, null), false, "generation"),
        (RealmOperation.Evaluate, new EvaluatePinRequest(Key, Version, 1, Short, 0, 0, null), false, "blindedElement"),
        (RealmOperation.Evaluate, new EvaluatePinRequest(Key, Version, 1, Key, -1, 0, null), false, "proofTimeMs"),
        (RealmOperation.Evaluate, new EvaluatePinRequest(Key, Version, 1, Key, 0, 0, new byte[33]), false, "gate"),
        (RealmOperation.Release, new ReleaseShareRequest(Key, Version, 1, Key, Short), false, "tag"),
        (RealmOperation.Release, new ReleaseShareRequest(Key, Version, -1, Key, Key), false, "generation"),
        (RealmOperation.Describe, new DescribeRecoveryRequest(Short), true, "accountKey"),
        (RealmOperation.Describe, new DescribeRecoveryRequest(Key), false, "proof"),
        (RealmOperation.Deposit, new DepositRecoveryRequest(Key, [], Key, Key, Key, new byte[48], null), true, "statement"),
        (RealmOperation.Deposit, new DepositRecoveryRequest(Key, Key, Short, Key, Key, new byte[48], null), true, "oprfShare"),
        (RealmOperation.Deposit, new DepositRecoveryRequest(Key, Key, Key, null!, Key, new byte[48], null), true, "scalarShare"),
        (RealmOperation.Deposit, new DepositRecoveryRequest(Key, Key, Key, Key, Key, Key, null), true, "ciphertext"),
        (RealmOperation.Deposit, new DepositRecoveryRequest(Key, Key, Key, Key, Key, new byte[48], Short), true, "gate"),
        (RealmOperation.Refresh, new RefreshRecoveryRequest(Key, Key, Short, Key), true, "oprfDelta"),
        (RealmOperation.Activate, new ActivateRecoveryRequest(Key, Short), true, "statementHash"),
        (RealmOperation.Veto, new VetoRecoveryRequest(Short), true, "accountKey"),
        (RealmOperation.Delete, new DeleteRecoveryRequest(Key), false, "proof"),
    ];

    private readonly RealmKeys _keys = RealmKeys.FromSeed(RandomNumberGenerator.GetBytes(RealmKeys.SeedSize));
    private readonly RecordedLog _log = new();
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (IClusterClient client, _) = ScriptedCluster.Create();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(_log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddXChatRealmEndpoints();
        builder.Services.AddSingleton(client);
        builder.Services.AddSingleton(_ => new RealmKeyring([_keys]));
        _app = builder.Build();
        _app.MapXChatRealm();
        await _app.StartAsync(Cancelled);
        _http.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public async Task Every_operation_names_the_field_that_is_wrong()
    {
        foreach ((string operation, object request, bool proved, string field) in Calls)
        {
            byte[] body = MessagePackSerializer.Serialize(request.GetType(), request, cancellationToken: Cancelled);
            (_, byte[] sealedCall) = RealmCall.Seal(_keys.PublicKey, operation, body, proved ? Short : []);

            (HttpStatusCode status, JsonElement problem) = await PostAsync(RealmOperation.PathOf(_keys.Realm, operation), sealedCall);

            Assert.True(status == HttpStatusCode.BadRequest && Text(problem, "field") == field, $"{operation}: {problem}");
        }

        Assert.Equal(9, Calls.Select(call => call.Operation).Distinct().Count());
        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Bytes_that_are_no_call_are_refused_and_nothing_breaks()
    {
        using RealmKeys other = RealmKeys.FromSeed(RandomNumberGenerator.GetBytes(RealmKeys.SeedSize));
        byte[] find = MessagePackSerializer.Serialize(new FindRecoveryRequest(Key), cancellationToken: Cancelled);
        byte[] forOther = RealmCall.Seal(other.PublicKey, RealmOperation.Find, find, []).Request;
        byte[] forEvaluate = RealmCall.Seal(_keys.PublicKey, RealmOperation.Evaluate, find, []).Request;
        byte[][] hostile =
        [
            [], [1], RandomNumberGenerator.GetBytes(1073), RandomNumberGenerator.GetBytes(RealmCall.MaxRequestBytes),
            new byte[RealmCall.MaxRequestBytes + 1], forOther, forEvaluate,
            Sealed([]), Sealed([0xC0]), Sealed([0xC1]), Sealed([0xDF, 0xFF, 0xFF, 0xFF, 0xFF]), Sealed(RandomNumberGenerator.GetBytes(900)),
            Sealed([.. Enumerable.Repeat((byte)0x91, 900)]),
        ];

        foreach (byte[] bytes in hostile)
        {
            (HttpStatusCode status, JsonElement problem) = await PostAsync(RealmOperation.PathOf(_keys.Realm, RealmOperation.Find), bytes);

            Assert.True(status == HttpStatusCode.BadRequest && Text(problem, "reason") == ErrorReason.InvalidArgument, $"{bytes.Length} bytes: {problem}");
            Assert.DoesNotContain("MessagePackSerialization", problem.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Another_realm_or_operation_is_not_found()
    {
        string[] paths =
        [
            RealmOperation.PathOf(Guid.NewGuid(), RealmOperation.Find), RealmOperation.PathOf(_keys.Realm, "guess"), "/v1/realms/x/find",
            $"/v1/realms/{_keys.Realm:D}/find", "/v1/hub",
        ];

        foreach (string path in paths)
        {
            (HttpStatusCode status, JsonElement problem) = await PostAsync(path, Short);

            Assert.Equal((HttpStatusCode.NotFound, ErrorReason.NotFound), (status, Text(problem, "reason")));
        }
    }

    private byte[] Sealed(byte[] body) => RealmCall.Seal(_keys.PublicKey, RealmOperation.Find, body, []).Request;

    private async Task<(HttpStatusCode Status, JsonElement Problem)> PostAsync(string path, byte[] body)
    {
        using ByteArrayContent content = new(body);
        using HttpResponseMessage response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, Cancelled);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        return (response.StatusCode, problem.RootElement.Clone());
    }

    private static string? Text(JsonElement problem, string member) => problem.TryGetProperty(member, out JsonElement value) ? value.GetString() : null;
}
