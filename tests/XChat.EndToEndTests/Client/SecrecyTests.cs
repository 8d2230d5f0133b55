using System.Net.WebSockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

using Npgsql;

using XChat.Client;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>Looks for every plaintext of a scripted conversation wherever the server, and a thief of the disk, could find it.</summary>
[Collection(typeof(ClusterCollection))]
public sealed class SecrecyTests(ClusterFixture cluster)
{
    private static readonly string[] Texts =
        ["Meet me at the old lighthouse", "Bring the cinnamon buns", "Nobody else may know of it", "corrected: the new lighthouse"];

    private const string GroupName = "Lighthouse keepers of the north";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_plaintext_is_in_the_database_the_logs_the_profiles_or_on_the_wire()
    {
        await using People people = new();
        await using WireTap first = new(cluster.Servers[0]);
        await using WireTap second = new(cluster.Servers[1]);
        XChatClient alice = await people.JoinAsync(first.Address, "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(second.Address, "bob", Cancelled);
        Guid direct = await alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled);
        await alice.SendAsync(direct, Texts[0], Cancelled);
        await People.ExpectAsync(bob, direct, Texts[..1], Cancelled);
        await bob.SendAsync(direct, Texts[1], Cancelled);
        Guid group = await alice.CreateGroupAsync(GroupName, [bob.RequireSelf().Handle], Cancelled);
        await alice.SendAsync(group, Texts[2], Cancelled);
        await alice.SendAsync(group, Texts[3], Cancelled);
        await People.ExpectAsync(bob, group, Texts[2..], Cancelled);
        string profile = Path.Combine(people.Folder, "carol");
        string carol = People.NewHandle("carol");
        _ = await XChatProcess.SucceedAsync(Cancelled, "--server", first.Address.OriginalString, "--profile", profile, "register", carol);
        _ = await XChatProcess.SucceedAsync(Cancelled, "--profile", profile, "send", bob.RequireSelf().Handle, "Carol writes from the dunes");
        Needle[] needles = [.. Texts.Append(GroupName).Append("Carol writes from the dunes").Select(text => new Needle(text))];

        Dictionary<string, byte[]> haystacks = await HaystacksAsync(people.Folder, first, second);

        // What is looked for would be found: the accounts' handles are known to the server, and do lie in the database.
        Assert.Contains(haystacks, hay => hay.Key.StartsWith("table", StringComparison.Ordinal) && new Needle(carol[1..]).IsIn(hay.Value));
        Assert.Contains(haystacks, hay => hay.Key.StartsWith("log", StringComparison.Ordinal) && hay.Value.Length > 0);
        Assert.Contains(haystacks, hay => hay.Key.EndsWith("profile.db", StringComparison.Ordinal));
        Assert.Contains(haystacks, hay => hay.Key.EndsWith("to a client", StringComparison.Ordinal) && new Needle(carol[1..]).IsIn(hay.Value));
        Assert.Contains(haystacks, hay => hay.Key.EndsWith("unmasked", StringComparison.Ordinal) && new Needle("SendMessage").IsIn(hay.Value));
        Assert.Empty(haystacks.SelectMany(hay => needles.Where(needle => needle.IsIn(hay.Value)).Select(needle => $"{needle.Text} in {hay.Key}")));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("bytea")]
    [InlineData("jsonb")]
    public async Task The_search_finds_what_lies_in_a_table(string type)
    {
        Needle planted = new($"planted as {type} in a column");
        await using NpgsqlConnection connection = await cluster.Database.DataSource.OpenConnectionAsync(Cancelled);
        await using NpgsqlCommand plant = new(
            $"DROP TABLE IF EXISTS control; CREATE TABLE control AS SELECT 1 AS id, {Literal(planted.Text, type)} AS value", connection);
        await plant.ExecuteNonQueryAsync(Cancelled);

        Dictionary<string, byte[]> tables = await DatabaseDump.ReadAsync(cluster.Database.DataSource, Cancelled);

        await using NpgsqlCommand clear = new("DROP TABLE control", connection);
        await clear.ExecuteNonQueryAsync(Cancelled);
        Assert.Equal(["public.control"], tables.Where(table => planted.IsIn(table.Value)).Select(table => table.Key));
    }

    [Theory]
    [InlineData("UTF-8", "in the clear: Bring the cinnamon buns!")]
    [InlineData("UTF-16", "in the clear: Bring the cinnamon buns!")]
    [InlineData("UTF-8", "4272696E67207468652063696E6E616D6F6E2062756E73")]
    [InlineData("UTF-8", "QnJpbmcgdGhlIGNpbm5hbW9uIGJ1bnM=")]
    [InlineData("UTF-8", "eEJyaW5nIHRoZSBjaW5uYW1vbiBidW5zeA==")]
    [InlineData("UTF-8", "eHhCcmluZyB0aGUgY2lubmFtb24gYnVuc3g=")]
    public void The_search_knows_the_forms_of_a_text(string encoding, string hay)
    {
        Assert.True(new Needle("Bring the cinnamon buns").IsIn(System.Text.Encoding.GetEncoding(encoding).GetBytes(hay)));
        Assert.False(new Needle("Bring the vanilla buns").IsIn(System.Text.Encoding.GetEncoding(encoding).GetBytes(hay)));
    }

    [Fact]
    public async Task The_tap_hears_what_goes_by_in_frames_of_every_size()
    {
        await using WebApplication echo = await EchoAsync();
        await using WireTap tap = new(new Uri(echo.Urls.Single()));
        Needle[] planted = [.. new[] { 0, 200, 70_000, 1 }.Select((size, index) => new Needle($"planted {index}{new string('.', size)} in a frame"))];
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(tap.Address) { Scheme = "ws" }.Uri, Cancelled);
        foreach (Needle needle in planted)
        {
            byte[] sent = System.Text.Encoding.UTF8.GetBytes($"behind what no needle begins with: {needle.Text}");
            await socket.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, Cancelled);
        }

        await Testing.Eventually.HoldsAsync(() => planted.All(needle => AreIn("to a client").Any(hay => needle.IsIn(hay))), Cancelled);

        Assert.All(planted, needle => Assert.Contains(AreIn("from a client, unmasked"), hay => needle.IsIn(hay)));
        // Masked, they would be found by nobody who looks at the bytes alone.
        Assert.All(planted, needle => Assert.DoesNotContain(AreIn("from a client"), hay => needle.IsIn(hay)));

        IEnumerable<byte[]> AreIn(string name) => tap.Heard().Where(heard => heard.Name == name).Select(heard => heard.Bytes);
    }

    /// <summary>A WebSocket that says what it hears.</summary>
    private static async Task<WebApplication> EchoAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication echo = builder.Build();
        echo.UseWebSockets();
        echo.Run(async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[256 * 1024];
            while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } heard)
            {
                await socket.SendAsync(buffer.AsMemory(0, heard.Count), heard.MessageType, heard.EndOfMessage, context.RequestAborted);
            }
        });
        await echo.StartAsync(Cancelled);
        return echo;
    }

    private static string Literal(string text, string type) => type switch
    {
        "bytea" => $"convert_to('{text}', 'UTF8')",
        "jsonb" => $"jsonb_build_object('value', '{text}'::text)",
        _ => $"'{text}'::text",
    };

    private async Task<Dictionary<string, byte[]>> HaystacksAsync(string profiles, params WireTap[] taps)
    {
        Dictionary<string, byte[]> haystacks = [];
        foreach ((string table, byte[] rows) in await DatabaseDump.ReadAsync(cluster.Database.DataSource, Cancelled))
        {
            haystacks[$"table {table}"] = rows;
        }

        foreach (TestProcess process in cluster.Cluster.Processes)
        {
            haystacks[$"log of process {process.Id}"] = System.Text.Encoding.UTF8.GetBytes(process.Transcript());
        }

        foreach ((string name, byte[] bytes) in taps.SelectMany(tap => tap.Heard()))
        {
            haystacks[$"wire {haystacks.Count} {name}"] = bytes;
        }

        IEnumerable<string> files = Directory.EnumerateFiles(profiles, "*", SearchOption.AllDirectories);
        foreach (string file in files.Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            haystacks[$"file {file}"] = await File.ReadAllBytesAsync(file, Cancelled);
        }

        return haystacks;
    }
}
