using System.Globalization;
using System.Text.Json;

using XChat.EndToEndTests.Client;
using XChat.EndToEndTests.Standalone;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Wallets;

/// <summary>Money comes in and goes out by the command line, through the standalone server and its rail of play money, all as processes.</summary>
public sealed class RailTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _url = StandaloneServer.NextUrl();
    private readonly string _alice = People.NewHandle("alice");
    private readonly string _bob = People.NewHandle("bob");
    private TestProcess _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = StandaloneServer.Start(["--data", Path.Combine(_folder.Path, "data"), "--urls", _url]);
        await _server.WaitForLineAsync("XChat is ready", Cancelled, StandaloneServer.StartPatience);
        foreach (string handle in new[] { _alice, _bob })
        {
            _ = await XChatProcess.SucceedAsync(Cancelled, "--server", _url, "--profile", ProfileOf(handle), "register", handle);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _server.SendTerminate();
        _ = await _server.WaitForExitAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_new_user_deposits_play_money_at_once_pays_with_it_and_the_other_withdraws_it()
    {
        string deposited = Assert.Single(await AsAsync(_alice, "deposit", "50.00", "EUR"));
        Assert.StartsWith("50.00 EUR of PLAY MONEY, which is worth nothing, came in; receipt ", deposited, StringComparison.Ordinal);
        await PayStrangerAsync("pay", _bob, "12.34", "EUR");

        JsonElement withdrawn = Json(Assert.Single(await AsAsync(_bob, "withdraw", "10", "EUR", "--json")));
        Assert.Equal(("completed", true), (withdrawn.GetProperty("state").GetString(), withdrawn.GetProperty("playMoney").GetBoolean()));

        Assert.Equal(("37.66 EUR", "2.34 EUR"), (Assert.Single(await AsAsync(_alice, "wallet")), Assert.Single(await AsAsync(_bob, "wallet"))));
        string[] statement = await AsAsync(_bob, "statement", "EUR", "--csv");
        decimal sum = statement[1..].Select(line => line.Split(',')).Where(fields => fields[4] is "posted" or "postPending")
            .Sum(fields => decimal.Parse(fields[6], CultureInfo.InvariantCulture) * (fields[3] == "out" ? -1 : 1));
        Assert.Equal(2.34m, sum);
    }

    [Fact]
    public async Task Every_refusal_says_its_status_and_moves_nothing()
    {
        _ = await AsAsync(_alice, "deposit", "10", "EUR");
        (int Code, string Status, string[] Command)[] cases =
        [
            (2, "AmountInvalid", ["deposit", "0", "EUR"]),
            (2, "AmountInvalid", ["deposit", "1.234", "EUR"]),
            (2, "CurrencyMismatch", ["deposit", "1", "XXX"]),
            (4, "AmountTooLarge", ["deposit", "10000000000", "EUR"]),
            (4, "RailUnknown", ["deposit", "1", "EUR", "--rail", "gold"]),
            (4, "InsufficientFunds", ["withdraw", "10.01", "EUR"]),
            (4, "RailUnknown", ["withdraw", "1", "EUR", "--rail", "gold"]),
            (4, "Failed", ["withdraw", "1", "EUR", "--to", "reject"]),
            (4, "Failed", ["withdraw", "1", "EUR", "--to", "fail"]),
            (3, "NotFound", ["transit", Guid.NewGuid().ToString()]),
        ];
        foreach ((int code, string status, string[] command) in cases)
        {
            XChatProcess.Ended ended = await XChatProcess.RunAsync(Cancelled, ["--profile", ProfileOf(_alice), .. command]);
            Assert.True(code == ended.ExitCode, $"{string.Join(' ', command)} ended with {ended.ExitCode}: {string.Join(' ', ended.Error)}");
            Assert.StartsWith($"xchat: {status}: ", Assert.Single(ended.Error), StringComparison.Ordinal);
        }

        Assert.Equal("10.00 EUR", Assert.Single(await AsAsync(_alice, "wallet")));
    }

    [Fact]
    public async Task Codes_pay_and_are_paid_by()
    {
        _ = await AsAsync(_alice, "deposit", "50", "EUR");
        string payer = CodeIn(await AsAsync(_alice, "qr", "payer", "20", "EUR", "--json"));
        string took = Assert.Single(await AsAsync(_bob, "qr", "redeem", payer, "5", "EUR"));
        Assert.StartsWith($"Took 5.00 EUR from {_alice}; receipt ", took, StringComparison.Ordinal);
        XChatProcess.Ended again = await RunAsync(_bob, "qr", "redeem", payer, "6", "EUR");
        Assert.Equal((4, "xchat: IdReusedWithDifferentContent: "), (again.ExitCode, Assert.Single(again.Error)[..37]));

        string merchant = CodeIn(await AsAsync(_bob, "qr", "merchant", "EUR", "--amount", "7.50", "--name", "Bobs Cafe", "--city", "Vienna", "--json"));
        await PayStrangerAsync("qr", "pay", merchant);
        string link = CodeIn(await AsAsync(_bob, "qr", "link", "--memo", "tip", "--json"));
        _ = await AsAsync(_alice, "qr", "pay", link, "1", "EUR", "--yes");
        Assert.Equal(("36.50 EUR", "13.50 EUR"), (Assert.Single(await AsAsync(_alice, "wallet")), Assert.Single(await AsAsync(_bob, "wallet"))));

        (string Status, string[] Command)[] wrong =
        [
            ("CodeInvalid", ["qr", "pay", merchant[..^1] + (merchant[^1] == '0' ? '1' : '0'), "--yes"]),
            ("AmountInvalid", ["qr", "pay", merchant, "8", "EUR", "--yes"]),
            ("CodeInvalid", ["qr", "pay", payer, "1", "EUR", "--yes"]),
            ("SepaInvalid", ["qr", "sepa", "AT00", "1", "--name", "Bob"]),
        ];
        foreach ((string status, string[] command) in wrong)
        {
            XChatProcess.Ended ended = await RunAsync(_alice, command);
            Assert.Equal((2, true), (ended.ExitCode, Assert.Single(ended.Error).Contains(status, StringComparison.Ordinal)));
        }

        string sepa = CodeIn(await AsAsync(_alice, "qr", "sepa", "AT611904300234573201", "12.30", "--name", "Bob", "--text", "rent", "--json"));
        Assert.Equal(
            "BCD|002|1|SCT||Bob|AT611904300234573201|EUR12.30|||rent|", sepa.Replace("\r", "", StringComparison.Ordinal).Replace('\n', '|'));
    }

    /// <summary>Alice pays somebody for the first time, of which she is warned.</summary>
    private async Task PayStrangerAsync(params string[] command)
    {
        XChatProcess.Ended paid = await RunAsync(_alice, [.. command, "--yes"]);
        Assert.Equal(0, paid.ExitCode);
        Assert.StartsWith("xchat: warning: ", Assert.Single(paid.Error), StringComparison.Ordinal);
    }

    private static string CodeIn(string[] output) => Json(Assert.Single(output)).GetProperty("code").GetString()!;

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;

    private string ProfileOf(string handle) => Path.Combine(_folder.Path, "profiles", handle[1..]);

    private Task<XChatProcess.Ended> RunAsync(string handle, params string[] command) =>
        XChatProcess.RunAsync(Cancelled, ["--profile", ProfileOf(handle), .. command]);

    private Task<string[]> AsAsync(string handle, params string[] command) =>
        XChatProcess.SucceedAsync(Cancelled, ["--profile", ProfileOf(handle), .. command]);
}
