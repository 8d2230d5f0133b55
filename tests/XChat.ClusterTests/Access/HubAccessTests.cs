using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

using XChat.ClusterTests.Frontend;
using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;
using XChat.Protocol.Delivery;
using XChat.Testing;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Access;

/// <summary>Who may call what, through a real frontend to real grains: every hub method has its row.</summary>
public sealed class HubAccessTests(PostgresFixture postgres)
{
    // The calls are counted like those of anybody; the table is longer than a burst of them.
    private static readonly (string Key, string Value) Ample = ("XChat:RateLimits:Calls:Burst", "10000");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_hub_method_has_one_row() => Assert.Equal(
        typeof(IChatHub).GetMethods().Select(method => method.Name).Order(StringComparer.Ordinal),
        HubAccessTable.Rows.Select(row => row.Method).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Each_method_answers_its_caller_by_who_that_is()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres, Ample);

        // The owner last: what she is allowed changes the group.
        IReadOnlyList<string> other = await CallAllAsync(scene, scene.Mallory);
        IReadOnlyList<string> former = await CallAllAsync(scene, scene.Carl);
        IReadOnlyList<string> owner = await CallAllAsync(scene, scene.Alice);

        Assert.Equal(HubAccessTable.Rows.Select(row => $"{row.Method}: {row.Other}"), other);
        Assert.Equal(HubAccessTable.Rows.Select(row => $"{row.Method}: {row.Former}"), former);
        Assert.Equal(HubAccessTable.Rows.Select(row => $"{row.Method}: {row.Owner}"), owner);
        Assert.DoesNotContain(scene.Server.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Calls_of_those_who_are_not_in_it_store_nothing_and_tell_nothing_of_it()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres, Ample);
        foreach (TestAccount caller in new[] { scene.Mallory, scene.Carl })
        {
            await using HubConnection connection = await scene.Server.ConnectAsync(caller, json: true);
            IReadOnlyList<string> stored = await scene.Server.StoredAsync();
            foreach (HubAccessTable.Row row in HubAccessTable.Rows.Where(row => row.Other != row.Owner))
            {
                object answer = await connection.InvokeCoreAsync<JsonElement>(row.Method, [row.Argument(scene, caller)], Cancelled);

                Assert.DoesNotContain(scene.Bob.User.Value.ToString(), answer.ToString(), StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Convert.ToBase64String([.. Enumerable.Repeat(AccessScene.Filling, 48)]), answer.ToString(), StringComparison.Ordinal);
            }

            Assert.Equal(stored, await scene.Server.StoredAsync());
        }
    }

    [Fact]
    public async Task Without_a_live_session_nobody_gets_to_any_method()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        string ended = (await scene.Bob.SignInAsync())!;
        await scene.Bob.Sessions.End(new(ended, scene.Bob.Device));
        string live = (await scene.Bob.SignInAsync())!;
        string forged = live[..^4] + (live.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBA" : "AAAA");
        string expiring = (await scene.Carl.SignInAsync())!;
        await using HubConnection open = await scene.Server.ConnectAsync(scene.Mallory);
        ReceivedPushes told = new(open);
        await open.InvokeAsync<FindAccountResult>(nameof(IChatHub.FindAccount), scene.Bob.User.Value, Cancelled);
        scene.Server.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));

        foreach ((string who, string? token) in new[]
            {
                ("anonymous", null), ("revoked device", scene.StolenToken), ("signed out", ended), ("forged", forged), ("expired", expiring),
            })
        {
            await using HubConnection connection = scene.Server.Client(token);
            HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync(Cancelled));
            Assert.True(refused.StatusCode == HttpStatusCode.Unauthorized, $"{who}: {refused.Message}");
        }

        // The end of an open connection may come before the answer does.
        Exception over = await Assert.ThrowsAnyAsync<Exception>(
            () => open.InvokeAsync<FindAccountResult>(nameof(IChatHub.FindAccount), scene.Bob.User.Value, Cancelled));
        Assert.True(over is not HubException || over.Message.StartsWith("unauthenticated: ", StringComparison.Ordinal), over.Message);
        await Eventually.HoldsAsync(() => told.Closed, Cancelled);
        Assert.Equal(DisconnectReason.SessionEnded, told.Farewell);
    }

    [Fact]
    public async Task A_device_that_is_revoked_while_it_is_connected_loses_its_connection_at_once()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        DeviceId phone = scene.Bob.AddDevice();
        using AccountKeys next = AccountKeys.Generate();
        await scene.Bob.PublishAsync(2, scene.Bob.Device, phone);
        string token = (await scene.Bob.SignInAsync(phone))!;
        await using HubConnection stolen = scene.Server.Client(token);
        ReceivedPushes told = new(stolen);
        await stolen.StartAsync(Cancelled);
        await using HubConnection kept = await scene.Server.ConnectAsync(scene.Bob);
        await stolen.InvokeAsync<FindAccountResult>(nameof(IChatHub.FindAccount), scene.Alice.User.Value, Cancelled);

        await kept.InvokeAsync<PublishDeviceListResult>(
            nameof(IChatHub.PublishDeviceList), new PublishDeviceListRequest(scene.Bob.PassedOnList(next, 3, scene.Bob.Device)), Cancelled);

        await Eventually.HoldsAsync(() => told.Closed, Cancelled);
        Assert.Equal(DisconnectReason.SessionEnded, told.Farewell);
        await using HubConnection again = scene.Server.Client(token);
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => again.StartAsync(Cancelled));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HubConnectionState.Connected, kept.State);
    }

    private static async Task<IReadOnlyList<string>> CallAllAsync(AccessScene scene, TestAccount caller)
    {
        await using HubConnection connection = await scene.Server.ConnectAsync(caller);
        List<string> answers = [];
        foreach (HubAccessTable.Row row in HubAccessTable.Rows)
        {
            Type result = typeof(IChatHub).GetMethod(row.Method)!.ReturnType.GenericTypeArguments[0];
            object answer = (await connection.InvokeCoreAsync(row.Method, result, [row.Argument(scene, caller)], Cancelled))!;
            answers.Add($"{row.Method}: {HubAccessTable.Outcome(answer)}");
        }

        return answers;
    }
}
