using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.Extensions.DependencyInjection;

using XChat.EndToEndTests.Client;
using XChat.EndToEndTests.Standalone;
using XChat.Protocol.Accounts;
using XChat.Storage.Wallets;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;
using XChat.Testing.Wallets;

namespace XChat.EndToEndTests.Wallets;

/// <summary>Two people and their money by the command line, through the standalone server.</summary>
public sealed partial class ChatPaymentTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly TimeSpan StartPatience = TestProcess.Patience;

    private readonly TemporaryFolder _folder = new();
    private readonly string _url = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly string _alice = People.NewHandle("alice");
    private readonly string _bob = People.NewHandle("bob");
    private TestDatabase _database = null!;
    private TestProcess _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _server = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/standalone", "xchat-standalone"), ["--data", _folder.Path, "--urls", _url, "--postgres", _database.ConnectionString]);
        await _server.WaitForLineAsync("XChat is ready", Cancelled, StartPatience);
        foreach (string handle in new[] { _alice, _bob })
        {
            _ = await XChatProcess.SucceedAsync(Cancelled, "--server", _url, "--profile", ProfileOf(handle), "register", handle);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_people_pay_request_split_and_open_a_red_packet_and_their_statements_agree()
    {
        await FundAsync(_alice, 100_00);

        // A first payment to a stranger takes a second look.
        XChatProcess.Ended stranger = await RunAsync(_alice, "pay", _bob, "12.34", "EUR");
        Assert.Equal(4, stranger.ExitCode);
        Assert.Contains("FirstPaymentToStranger", Assert.Single(stranger.Error), StringComparison.Ordinal);
        XChatProcess.Ended first = await RunAsync(_alice, "pay", _bob, "12.34", "EUR", "--memo", "lunch", "--yes");
        Assert.Equal(0, first.ExitCode);
        Assert.StartsWith($"Paid 12.34 EUR to {_bob}; receipt ", Assert.Single(first.Output), StringComparison.Ordinal);
        // The server shows the card a moment after it has answered.
        await Eventually.HoldsAsync(
            async () => (await AsAsync(_bob, "read", _alice)).Any(line => Regex.IsMatch(line, @"paid: lunch \[12\.34 EUR to @bob\S*, completed, receipt ")),
            Cancelled,
            StartPatience);
        Assert.Equal("12.34 EUR", Assert.Single(await AsAsync(_bob, "wallet")));

        // With acceptance: declined goes back, accepted arrives.
        Guid declined = IdIn(Assert.Single(await AsAsync(_alice, "pay", _bob, "5", "EUR", "--accept")));
        Assert.Contains("5.00 EUR waits for you to accept", Assert.Single(await AsAsync(_bob, "wallet")), StringComparison.Ordinal);
        _ = await AsAsync(_bob, "decline", declined.ToString());
        XChatProcess.Ended tooLate = await RunAsync(_alice, "recall", declined.ToString());
        Assert.Equal((4, "xchat: PendingResolved: "), (tooLate.ExitCode, Assert.Single(tooLate.Error)[..24]));
        Guid accepted = IdIn(Assert.Single(await AsAsync(_alice, "pay", _bob, "5", "EUR", "--accept")));
        _ = await AsAsync(_bob, "accept", accepted.ToString());

        // Bob asks, Alice pays.
        JsonElement request = Json(Assert.Single(await AsAsync(_bob, "request", _alice, "10", "EUR", "--memo", "taxi", "--json")));
        string requestId = request.GetProperty("request").GetString()!;
        _ = await AsAsync(_alice, "request", "pay", requestId, "--yes");
        Assert.Contains(await AsAsync(_bob, "read", _alice), line => line.Contains("asks for money: taxi", StringComparison.Ordinal)
            && line.EndsWith("[10.00 EUR, 1 of 1 paid]", StringComparison.Ordinal));
        XChatProcess.Ended again = await RunAsync(_alice, "request", "pay", requestId, "--yes");
        Assert.Equal((4, "xchat: Paid: "), (again.ExitCode, Assert.Single(again.Error)[..13]));

        // A bill and a red packet in a group.
        _ = await AsAsync(_alice, "group", "create", "Trip", _bob);
        _ = await AsAsync(_bob, "conversations");
        JsonElement split = Json(Assert.Single(await AsAsync(_alice, "split", "Trip", "7.01", "EUR", "--equal", "--json")));
        Assert.Equal(["3.51", "3.50"], split.GetProperty("shares").EnumerateArray().Select(share => share.GetProperty("amount").GetString()));
        _ = await AsAsync(_bob, "request", "pay", split.GetProperty("request").GetString()!, "--yes");
        Guid packet = IdIn(Assert.Single(await AsAsync(_alice, "redpacket", "send", "Trip", "10", "EUR", "--count", "2", "--lucky", "--memo", "Cheers")));
        Assert.Contains(await AsAsync(_bob, "read", "Trip"), line => line.EndsWith("[10.00 EUR, 0 of 2 opened]", StringComparison.Ordinal));
        decimal bobs = Json(Assert.Single(await AsAsync(_bob, "redpacket", "open", packet.ToString(), "--json"))).Amount();
        decimal alices = Json(Assert.Single(await AsAsync(_alice, "redpacket", "open", packet.ToString(), "--json"))).Amount();
        Assert.Equal(10.00m, bobs + alices);
        Assert.Contains("before", Assert.Single(await AsAsync(_bob, "redpacket", "open", packet.ToString())), StringComparison.Ordinal);

        // 12.34 + 5 + 10 went to Bob, 3.50 came back; then the packet.
        decimal bobHas = 12.34m + 5 + 10 - 3.50m + bobs;
        decimal aliceHas = 100 - 12.34m - 5 - 10 + 3.50m - 10 + alices;
        Assert.Equal(bobHas, await BalanceAsync(_bob));
        Assert.Equal(aliceHas, await BalanceAsync(_alice));
        Assert.Equal(100.00m, bobHas + aliceHas);
        await ExpectStatementsAsync(aliceHas, bobHas);
    }

    [Fact]
    public async Task Every_refusal_says_its_status_and_moves_nothing()
    {
        await FundAsync(_alice, 10_00);
        _ = await AsAsync(_alice, "send", _bob, "hello");
        _ = await AsAsync(_bob, "send", _alice, "hi");
        _ = await AsAsync(_alice, "group", "create", "Trip", _bob);
        _ = await AsAsync(_alice, "read", _bob);
        (int Code, string Status, string[] Command)[] cases =
        [
            (4, "InsufficientFunds", ["pay", _bob, "10.01", "EUR"]),
            (2, "AmountInvalid", ["pay", _bob, "1.234", "EUR"]),
            (2, "AmountInvalid", ["pay", _bob, "0", "EUR"]),
            (2, "AmountInvalid", ["pay", _bob, "-1", "EUR"]),
            (2, "AmountTooLarge", ["pay", _bob, "99999999999999999999", "EUR"]),
            (3, "PayeeUnknown", ["pay", "@nobody_here", "1", "EUR"]),
            (2, "CardInvalid", ["pay", _bob, "1", "EUR", "--memo", new string('m', 1001)]),
            (2, "SelfPayment", ["pay", _alice, "1", "EUR"]),
            (2, "CurrencyMismatch", ["pay", _bob, "1", "XXX"]),
            (4, "PendingNotFound", ["accept", Guid.NewGuid().ToString()]),
            (2, "SelfPayment", ["request", _alice, "1", "EUR"]),
            (4, "AmountInvalid", ["request", _bob, "0", "EUR"]),
            (4, "AmountTooLarge", ["request", _bob, "10000000000", "EUR"]),
            (4, "NotMember", ["request", "pay", Guid.NewGuid().ToString()]),
            (2, "SharesDoNotSum", ["split", "Trip", "10", "EUR", "--amounts", $"{_alice}=5", $"{_bob}=4"]),
            (4, "InsufficientFunds", ["redpacket", "send", "Trip", "10.01", "EUR", "--count", "2"]),
            (4, "AmountInvalid", ["redpacket", "send", "Trip", "0.01", "EUR", "--count", "2"]),
            (4, "CountInvalid", ["redpacket", "send", "Trip", "10", "EUR", "--count", "1001"]),
            (4, "NotGroup", ["redpacket", "send", _bob, "10", "EUR", "--count", "2"]),
            (4, "NotMember", ["redpacket", "open", Guid.NewGuid().ToString()]),
            (3, "TransferNotFound", ["receipt", Guid.NewGuid().ToString()]),
        ];
        foreach ((int code, string status, string[] command) in cases)
        {
            XChatProcess.Ended ended = await RunAsync(_alice, [.. command, "--json"]);
            Assert.True(code == ended.ExitCode, $"{string.Join(' ', command)} ended with {ended.ExitCode}: {string.Join(' ', ended.Error)}");
            Assert.StartsWith($"xchat: {status}: ", Assert.Single(ended.Error), StringComparison.Ordinal);
            Assert.Equal(status, Json(Assert.Single(ended.Output)).GetProperty("status").GetString(), ignoreCase: true);
        }

        Assert.Equal("10.00 EUR", Assert.Single(await AsAsync(_alice, "wallet")));
    }

    /// <summary>In each of their forms statements say what there is, and filters leave out the rest.</summary>
    private async Task ExpectStatementsAsync(decimal aliceHas, decimal bobHas)
    {
        foreach ((string who, decimal has) in new[] { (_alice, aliceHas), (_bob, bobHas) })
        {
            string[] csv = await AsAsync(who, "statement", "EUR", "--csv");
            Assert.StartsWith("entry,time,transfer,direction,kind,reason,amount,balance", csv[0], StringComparison.Ordinal);
            decimal sum = csv[1..].Select(line => line.Split(',')).Where(fields => fields[4] is "posted" or "postPending")
                .Sum(fields => decimal.Parse(fields[6], CultureInfo.InvariantCulture) * (fields[3] == "out" ? -1 : 1));
            Assert.Equal((who, has), (who, sum));
        }

        string[] printed = await AsAsync(_bob, "statement", "EUR", "--html");
        Assert.Equal("<!DOCTYPE html>", printed[0]);
        Assert.Contains("<dt>balance at the begin</dt><dd>0.00 EUR</dd>", printed);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<dt>balance at the end</dt><dd>{bobHas:0.00} EUR</dd>"), printed);
        Assert.Contains(printed, line => line.StartsWith("<tr><td>1</td>", StringComparison.Ordinal)
            && line.EndsWith("<td class=\"money\">+12.34</td><td class=\"money\">12.34</td></tr>", StringComparison.Ordinal));
        Assert.Equal(
            ["in", "out"],
            (await AsAsync(_bob, "statement", "EUR", "--json", "--reason", "splitShare")).Concat(
                    await AsAsync(_alice, "statement", "EUR", "--json", "--reason", "splitShare", "--direction", "in"))
                .Select(line => Json(line).GetProperty("outgoing").GetBoolean() ? "out" : "in").Order());
        Assert.Empty(await AsAsync(_alice, "statement", "EUR", "--reason", "splitShare", "--direction", "out"));
        XChatProcess.Ended unknown = await RunAsync(_alice, "statement", "EUR", "--reason", "gift");
        Assert.Equal((2, 1), (unknown.ExitCode, unknown.Error.Length));
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;

    private static Guid IdIn(string line) => Guid.Parse(IdPattern().Match(line).Value);

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex IdPattern();

    private async Task<decimal> BalanceAsync(string handle) =>
        decimal.Parse(Json(Assert.Single(await AsAsync(handle, "wallet", "--json"))).GetProperty("available").GetString()!, CultureInfo.InvariantCulture);

    /// <summary>A transfer of the server's own, as a rail makes it.</summary>
    private async Task FundAsync(string handle, long minorUnits)
    {
        Guid user = Json(Assert.Single(await AsAsync(handle, "whoami", "--json"))).GetProperty("user").GetGuid();
        await using WalletCluster rail = await WalletCluster.StartAsync(services => services.AddSingleton(_database.DataSource).AddWalletStorage());
        await rail.FundAsync(new UserId(user), minorUnits);
    }

    private string ProfileOf(string handle) => Path.Combine(_folder.Path, "profiles", handle[1..]);

    private Task<string[]> AsAsync(string handle, params string[] command) =>
        XChatProcess.SucceedAsync(Cancelled, ["--profile", ProfileOf(handle), .. command]);

    private Task<XChatProcess.Ended> RunAsync(string handle, params string[] command) =>
        XChatProcess.RunAsync(Cancelled, ["--profile", ProfileOf(handle), .. command]);
}

/// <summary>Reads what <c>xchat</c> prints.</summary>
internal static class PrintedJson
{
    /// <summary>The amount of a line.</summary>
    public static decimal Amount(this JsonElement line) =>
        decimal.Parse(line.GetProperty("amount").GetString()!, CultureInfo.InvariantCulture);
}
