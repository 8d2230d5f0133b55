using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

using NSec.Cryptography;

using Npgsql;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;
using XChat.Testing.Accounts;
using XChat.Testing.Conversations;

namespace XChat.Load.RedPackets;

/// <summary><c>redpacket</c>: a thousand people open one packet at once, each answered when the money is in their wallet.</summary>
public static class RedPacketCommand
{
    private const int People = 1000;
    private const long Each = 100;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly Currency Euro = new("EUR");

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> rounds = new("--rounds") { Description = "Packets that are opened, one after the other.", DefaultValueFactory = _ => 5 };
        Command command = new("redpacket", "Openings of one red packet by a thousand people at once, a second.") { json, rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(json), parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, int rounds, CancellationToken cancellationToken)
    {
        await using LoadServer server = await LoadServer.StartAsync(cancellationToken);
        using TestAccount payer = await TestAccount.RegisterAsync(server.Grains, TimeProvider.System, "payer");
        UserId[] people = [payer.User, .. Enumerable.Range(1, People).Select(_ => UserId.New())];
        Guid group = await SeedGroupAsync(server, people, cancellationToken);
        await FundAsync(server, payer, Each * People * (rounds + 1));
        List<Measurement> results = [];
        for (int round = 0; round <= rounds; round++)
        {
            string name = round == 0 ? "warm-up" : $"red packet: {People} openers at once";
            Measurement result = await OpenAsync(server, payer, group, people, name);
            if (round > 0)
            {
                results.Add(result);
                (json ? Console.Error : Console.Out).WriteLine(result);
            }
        }

        double median = results.Select(result => result.PerSecond).Order().ElementAt(results.Count / 2);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { measurements = results, claims_per_second = median, cores = Environment.ProcessorCount }, Indented)
            : $"claims_per_second = {median}");
        return 0;
    }

    /// <summary>All open it together; one comes too late, and everything is shared out.</summary>
    private static async Task<Measurement> OpenAsync(LoadServer server, TestAccount payer, Guid group, UserId[] people, string name)
    {
        Guid packet = Guid.CreateVersion7();
        byte[] order = new RedPacketOrder(
            payer.User.Value, payer.Device.Value, packet, group, new Money(Each * People, Euro), People, RedPacketMode.Lucky,
            TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds()).Encode();
        using Key key = ScriptedDevices.SigningKeyOf(payer.Device);
        RedPacketCreated created = await server.Grains.RedPacket(packet).Create(
            new CreateRedPacket(payer.CallerOf(), order, RedPacketSignature.Sign(key, order)));
        Require(created.Status == RedPacketStatus.Accepted, $"The packet was answered with {created.Status}");

        Measure measure = new(name);
        measure.Start();
        RedPacketOpened[] opened = await Task.WhenAll(people.Select(async person =>
        {
            long begun = Stopwatch.GetTimestamp();
            RedPacketOpened answer = await server.Grains.RedPacket(packet).Open(new OpenRedPacket(new Caller(person, DeviceId.New())));
            measure.Add(begun);
            return answer;
        }));
        measure.Stop();
        Measurement result = measure.Result();
        Require(
            opened.Count(one => one.Status == RedPacketStatus.Accepted) == People && opened.Count(one => one.Status == RedPacketStatus.AllTaken) == 1
            && opened.Sum(one => one.MinorUnits) == Each * People,
            "Not everybody got a share, or the shares do not add up");
        return result;
    }

    private static async Task FundAsync(LoadServer server, TestAccount payer, long minorUnits)
    {
        TransferId id = TransferId.New();
        TransferDecided funded = await server.Grains.Wallet(new WalletKey(WalletKind.Rail, Guid.NewGuid(), Euro)).Transfer(new TransferMoney(
            id, Guid.Empty, [new TransferLeg(id, WalletKey.Of(payer.User, Euro), minorUnits, TransferReason.Deposit, 0, Guid.Empty)]));
        Require(funded.Status == WalletStatus.Accepted, $"The rail's transfer was answered with {funded.Status}");
    }

    /// <summary>A group put straight into the tables: what is measured is what comes after.</summary>
    private static async Task<Guid> SeedGroupAsync(LoadServer server, UserId[] people, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH conversations AS (
                INSERT INTO conversation (conversation_id, type, group_id, epoch) VALUES ($1, 2, $1, 1)),
            entries AS (
                INSERT INTO conversation_entry
                    (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, target, payload)
                VALUES ($1, 1, 2, gen_random_uuid(), $3, $4, 0, now(), $1, '')),
            members AS (
                INSERT INTO conversation_member
                    (conversation_id, user_id, role, first_seq, delivered_seq, read_seq, device_list_version)
                SELECT $1, person, CASE WHEN person = $3 THEN 3 ELSE 1 END, 1, 0, 0, 1 FROM unnest($2) AS p(person))
            INSERT INTO conversation_leaf (conversation_id, leaf, user_id, device_id, added_seq, joined, leaving) VALUES ($1, 0, $3, $4, 1, true, false)
            """;

        Guid group = ConversationId.New().Value;
        await using NpgsqlCommand command = server.Database.Connections.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = group });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. people.Select(person => person.Value)] });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = people[0].Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = DeviceId.New().Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return group;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new LoadException($"{otherwise}: the run shows nothing.");
        }
    }
}
