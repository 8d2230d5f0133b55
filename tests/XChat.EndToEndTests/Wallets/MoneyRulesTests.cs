using System.Text.Json;

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

/// <summary>Two people under an operator's rules: the standalone server, <c>xchat</c> and <c>xchat-admin</c>, each a process.</summary>
public sealed class MoneyRulesTests(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Windows of a year: a day or a month could end while a test runs.</summary>
    private const string Rules = """
        {
          "version": 1,
          "defaultJurisdiction": "AA",
          "jurisdictions": {
            "AA": {
              "payments": true,
              "defaultTier": "basic",
              "tiers": {
                "basic": { "features": ["all"], "limits": [{ "direction": "out", "window": "year", "currency": "*", "amount": "10", "count": 3 }] },
                "verified": { "features": ["all"], "limits": [{ "direction": "out", "window": "year", "currency": "EUR", "amount": "500.00" }] }
              }
            },
            "BB": { "payments": false, "defaultTier": "none", "tiers": { "none": { "features": [], "limits": [] } } }
          }
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _url = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly string _alice = People.NewHandle("alice");
    private readonly string _bob = People.NewHandle("bob");
    private TestDatabase _database = null!;
    private TestProcess _server = null!;
    private AdminProcess _admin = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string RulesPath => Path.Combine(_folder.Path, "rules.json");

    private string ListPath => Path.Combine(_folder.Path, "screening.txt");

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _admin = new AdminProcess(_database.ConnectionString);
        await File.WriteAllTextAsync(RulesPath, Rules, Cancelled);
        await File.WriteAllTextAsync(ListPath, "# nobody yet\n", Cancelled);
        _server = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/standalone", "xchat-standalone"),
            ["--data", _folder.Path, "--urls", _url, "--postgres", _database.ConnectionString, "--money-rules", RulesPath],
            new Dictionary<string, string?>
            {
                ["XChat__Wallets__ScreeningFile"] = ListPath,
                ["XChat__Wallets__ScreeningPause"] = "00:00:00.2",
            });
        await _server.WaitForLineAsync("XChat is ready", Cancelled);
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
    public async Task An_operator_sets_limits_tier_and_jurisdiction_and_chat_goes_on_where_payments_do_not()
    {
        await FundAsync(_alice, 100_00);
        Assert.Equal("", await RefusalOfAsync("pay", _bob, "9", "EUR", "--yes"));
        Assert.Equal("LimitReached", await RefusalOfAsync("pay", _bob, "2", "EUR"));
        string[] limits = await _admin.SucceedAsync(Cancelled, "limits", "show", _alice, "EUR");
        Assert.Equal(["out", "year", "10.00", "EUR", "9.00", "EUR", "3", "1"], limits[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));

        _ = await _admin.SucceedAsync(Cancelled, "holder", "set-tier", _alice, "verified", "--reason", "passport seen");
        Assert.Equal("", await RefusalOfAsync("pay", _bob, "2", "EUR"));

        _ = await _admin.SucceedAsync(Cancelled, "wallet", "freeze", _alice, "EUR", "--reason", "phone stolen");
        Assert.Equal("AccountFrozen", await RefusalOfAsync("pay", _bob, "2", "EUR"));
        _ = await _admin.SucceedAsync(Cancelled, "wallet", "unfreeze", _alice, "EUR", "--reason", "phone found");

        _ = await _admin.SucceedAsync(Cancelled, "holder", "set-jurisdiction", _alice, "BB", "--reason", "moved");
        Assert.Equal("PaymentsUnavailable", await RefusalOfAsync("pay", _bob, "2", "EUR"));
        _ = await AsAsync(_alice, "send", _bob, "I cannot pay from here");
        Assert.Contains(await AsAsync(_bob, "read", _alice), line => line.EndsWith("I cannot pay from here", StringComparison.Ordinal));

        XChatProcess.Ended unknown = await _admin.RunAsync(Cancelled, "holder", "set-tier", _alice, "gold", "--reason", "asked nicely");
        XChatProcess.Ended silent = await _admin.RunAsync(Cancelled, "holder", "block", _alice);
        Assert.Equal((2, 1), (unknown.ExitCode, silent.ExitCode));
        Assert.StartsWith("TierUnknown", Assert.Single(unknown.Output), StringComparison.Ordinal);

        string[] audit = await _admin.SucceedAsync(Cancelled, "audit", "list");
        Assert.Equal(1 + (2 * 5), audit.Length);
        Assert.Contains(audit, line => line.Contains("ana", StringComparison.Ordinal) && line.Contains("holder.set-tier", StringComparison.Ordinal)
            && line.Contains("begun", StringComparison.Ordinal) && line.EndsWith("tier verified; passport seen", StringComparison.Ordinal));
        Assert.Contains(audit, line => line.Contains("refused", StringComparison.Ordinal) && line.Contains("TierUnknown", StringComparison.Ordinal));
        Assert.Equal("10 entries, all in order.", Assert.Single(await _admin.SucceedAsync(Cancelled, "audit", "verify"))[..25]);
        _ = await _admin.SucceedAsync(Cancelled, "ledger", "verify");
    }

    [Fact]
    public async Task A_payment_is_given_back_in_part_disputed_for_the_rest_and_decided_and_the_books_say_so()
    {
        await FundAsync(_alice, 100_00);
        XChatProcess.Ended paid = await XChatProcess.RunAsync(
            Cancelled, "--profile", ProfileOf(_alice), "pay", _bob, "9", "EUR", "--yes");
        Guid receipt = IdIn(Assert.Single(paid.Output));

        Assert.StartsWith("Paid 4.00 EUR back; receipt ", Assert.Single(await AsAsync(_bob, "refund", receipt.ToString(), "4")), StringComparison.Ordinal);
        XChatProcess.Ended tooMuch = await XChatProcess.RunAsync(
            Cancelled, "--profile", ProfileOf(_bob), "refund", receipt.ToString(), "5.01");
        Assert.Equal((4, "xchat: NotRefundable"), (tooMuch.ExitCode, Assert.Single(tooMuch.Error)[..20]));

        Assert.StartsWith(
            "5.00 EUR disputed; the payer does not have the money.",
            Assert.Single(await AsAsync(_alice, "dispute", "open", receipt.ToString(), "--reason", "only half came")),
            StringComparison.Ordinal);
        string[] open = await _admin.SucceedAsync(Cancelled, "dispute", "list");
        Assert.Contains(receipt.ToString(), open[1], StringComparison.Ordinal);
        Assert.EndsWith("only half came", open[1], StringComparison.Ordinal);
        Assert.Equal(
            $"dispute about {receipt} is upheld, 5.00 EUR credited",
            Assert.Single(await _admin.SucceedAsync(Cancelled, "dispute", "decide", receipt.ToString(), "--outcome", "upheld", "--reason", "photo seen")));

        Assert.StartsWith(
            "5.00 EUR: the payer was right", Assert.Single(await AsAsync(_bob, "dispute", "show", receipt.ToString())), StringComparison.Ordinal);
        Assert.Equal("100.00 EUR", Assert.Single(await AsAsync(_alice, "wallet")));
        string[] report = await _admin.SucceedAsync(Cancelled, "safeguarding", "report");
        Assert.EndsWith("in order", report[1], StringComparison.Ordinal);
        _ = await _admin.SucceedAsync(Cancelled, "ledger", "verify");
        _ = await _admin.SucceedAsync(Cancelled, "audit", "verify");
    }

    [Fact]
    public async Task An_operator_corrects_errors_by_reverse_transfers_each_once_and_the_books_stay_in_order()
    {
        await FundAsync(_alice, 100_00);
        XChatProcess.Ended paid = await XChatProcess.RunAsync(
            Cancelled, "--profile", ProfileOf(_alice), "pay", _bob, "9", "EUR", "--yes");
        Guid receipt = IdIn(Assert.Single(paid.Output));
        string deposit = JsonDocument.Parse((await AsAsync(_alice, "statement", "EUR", "--json"))[^1]).RootElement.GetProperty("transfer").GetString()!;
        string[] part = ["ledger", "correct", receipt.ToString(), "4.00", "--reason", "charged too much"];

        Assert.StartsWith($"of {receipt} 4.00 EUR went back, receipt ", Assert.Single(await _admin.SucceedAsync(Cancelled, part)), StringComparison.Ordinal);
        Assert.StartsWith($"of {receipt} 4.00 EUR went back before", Assert.Single(await _admin.SucceedAsync(Cancelled, part)), StringComparison.Ordinal);
        XChatProcess.Ended tooMuch = await _admin.RunAsync(Cancelled, "ledger", "correct", receipt.ToString(), "5.01", "--reason", "more");
        Assert.Equal((2, "NotRefundable: 5.00 EUR of it are left to correct"), (tooMuch.ExitCode, Assert.Single(tooMuch.Output)));
        XChatProcess.Ended refund = await XChatProcess.RunAsync(Cancelled, "--profile", ProfileOf(_bob), "refund", receipt.ToString(), "5.01");
        Assert.Equal((4, "xchat: NotRefundable"), (refund.ExitCode, Assert.Single(refund.Error)[..20]));
        _ = await AsAsync(_bob, "refund", receipt.ToString(), "2");
        Assert.StartsWith(
            $"of {receipt} 3.00 EUR went back",
            Assert.Single(await _admin.SucceedAsync(Cancelled, "ledger", "correct", receipt.ToString(), "--reason", "the rest")), StringComparison.Ordinal);
        Assert.Equal(("100.00 EUR", "0.00 EUR"), (Assert.Single(await AsAsync(_alice, "wallet")), Assert.Single(await AsAsync(_bob, "wallet"))));

        // What came over a rail goes to the operator's own account: the rail's books are held against its statements.
        _ = await _admin.SucceedAsync(Cancelled, "ledger", "correct", deposit, "1.00", "--reason", "never came");
        Assert.Equal("99.00 EUR", Assert.Single(await AsAsync(_alice, "wallet")));
        Assert.Contains(await AsAsync(_bob, "statement", "EUR"), line => line.Contains("-4.00 EUR  correction", StringComparison.Ordinal));
        _ = await _admin.SucceedAsync(Cancelled, "ledger", "verify");
        _ = await _admin.SucceedAsync(Cancelled, "audit", "verify");
        _ = await _admin.SucceedAsync(Cancelled, "safeguarding", "report");
    }

    [Fact]
    public async Task Who_comes_onto_the_screening_list_is_held_until_an_operator_clears_them()
    {
        await FundAsync(_alice, 100_00);
        await FundAsync(_bob, 100_00);
        await File.WriteAllTextAsync(ListPath, $"{_bob} EU 2026/17\n", Cancelled);
        string[] cases = await Eventually.GetAsync(
            () => _admin.SucceedAsync(Cancelled, "case", "list"), lines => lines.Length == 2, Cancelled, TestProcess.Patience);

        Assert.Equal("PayeeUnavailable", await RefusalOfAsync("pay", _bob, "1", "EUR", "--yes"));
        Assert.Contains($"{_bob} EU 2026/17", cases[1], StringComparison.Ordinal);
        _ = await _admin.SucceedAsync(
            Cancelled, "case", "close", IdIn(cases[1]).ToString(), "--outcome", "cleared", "--reason", "another person of that name");
        Assert.Equal("", await RefusalOfAsync("pay", _bob, "1", "EUR", "--yes"));
        Assert.Equal("No case is open.", Assert.Single(await _admin.SucceedAsync(Cancelled, "case", "list")));
    }

    [Fact]
    public async Task A_server_does_not_start_on_rules_that_it_cannot_use_and_says_where_they_are_wrong()
    {
        string broken = Path.Combine(_folder.Path, "broken.json");
        string rules = Rules.Replace("\"year\", \"currency\": \"*\"", "\"week\", \"currency\": \"*\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(broken, rules, Cancelled);

        XChatProcess.Ended check = await _admin.RunAsync(Cancelled, "limits", "check", broken);
        await using TestProcess server = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/standalone", "xchat-standalone"),
            ["--urls", $"http://127.0.0.1:{FreePort.Next()}", "--postgres", _database.ConnectionString, "--money-rules", broken]);
        int exit = await server.WaitForExitAsync(Cancelled);

        const string Problem = "jurisdictions.AA.tiers.basic.limits[0].window is \"week\"";
        Assert.Equal(2, check.ExitCode);
        Assert.Contains(Problem, Assert.Single(check.Output), StringComparison.Ordinal);
        Assert.NotEqual(0, exit);
        Assert.Contains(server.Error, line => line.Contains(Problem, StringComparison.Ordinal));
    }

    private static Guid IdIn(string line) => Guid.Parse(System.Text.RegularExpressions.Regex.Match(line, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").Value);

    /// <summary>The status with which a command of Alice was refused; empty when it was not.</summary>
    private async Task<string> RefusalOfAsync(params string[] command)
    {
        XChatProcess.Ended ended = await XChatProcess.RunAsync(Cancelled, ["--profile", ProfileOf(_alice), .. command]);
        // A first payment to somebody is warned of before.
        return ended.ExitCode == 0 ? string.Empty : ended.Error[^1]["xchat: ".Length..].Split(':')[0];
    }

    private async Task FundAsync(string handle, long minorUnits)
    {
        Guid user = JsonDocument.Parse(Assert.Single(await AsAsync(handle, "whoami", "--json"))).RootElement.GetProperty("user").GetGuid();
        await using WalletCluster rail = await WalletCluster.StartAsync(services => services.AddSingleton(_database.DataSource).AddWalletStorage());
        await rail.FundAsync(new UserId(user), minorUnits);
    }

    private string ProfileOf(string handle) => Path.Combine(_folder.Path, "profiles", handle[1..]);

    private Task<string[]> AsAsync(string handle, params string[] command) =>
        XChatProcess.SucceedAsync(Cancelled, ["--profile", ProfileOf(handle), .. command]);
}
