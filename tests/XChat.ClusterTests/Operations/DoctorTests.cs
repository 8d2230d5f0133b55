using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

using Npgsql;

using NSec.Cryptography;

using XChat.Admin;
using XChat.Admin.Doctor;
using XChat.Crypto.Recovery;
using XChat.Crypto.Transparency;
using XChat.Grains.Transparency;
using XChat.Protocol.Accounts;
using XChat.Storage.Transparency;
using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Operations;

/// <summary><c>xchat-admin doctor</c> finds what is wrong, says what to do, and is content with a server that is well.</summary>
public sealed class DoctorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Silo = """
        INSERT INTO orleans_membership_version (deployment_id) VALUES ('xchat') ON CONFLICT DO NOTHING;
        INSERT INTO orleans_membership (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, started_at, alive_at)
        VALUES ('xchat', '10.0.0.1', 11111, 1, 'a', 'a', 3, 30000, now(), now() + interval '{0} seconds')
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("xchat-doctor-").FullName;
    private TestDatabase _database = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        await WriteAsync(Silo.Replace("{0}", "0", StringComparison.Ordinal));
        await LogOneAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_server_that_is_well_has_no_problems_and_every_finding_has_a_fix()
    {
        IReadOnlyList<Finding> findings = await ExamineAsync(Patient());

        Assert.DoesNotContain(findings, finding => finding.Level == FindingLevel.Problem);
        Assert.All(findings, finding => Assert.Equal(finding.Level == FindingLevel.Fine, finding.Fix.Length == 0));
        Assert.Equal(
            ["certificate", "clocks", "database settings", "disk", "key ages", "key log", "ledger", "migrations", "queues", "rails", "realms", "silos"],
            findings.Select(finding => finding.Check).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ALTER DATABASE {name} SET synchronous_commit = off", "database settings", "synchronous_commit = off", "ALTER SYSTEM SET")]
    [InlineData("DELETE FROM schema_migration WHERE number = (SELECT max(number) FROM schema_migration)", "migrations", "1 of this version", "migrate")]
    [InlineData("UPDATE schema_migration SET sha256 = 'x' WHERE number = 2", "migrations", "differs from", "restore a backup")]
    [InlineData("DELETE FROM orleans_membership", "silos", "No silo of cluster", "Start one")]
    [InlineData("UPDATE orleans_membership SET alive_at = now() + interval '1 minute'", "clocks", "ahead of the database's", "time service")]
    [InlineData("UPDATE orleans_membership SET alive_at = now() - interval '1 hour'", "silos", "has not said for 36", "dead")]
    [InlineData("UPDATE key_log_entry SET statement = statement || '\\x00'", "key log", "Statement 0", "restore a backup")]
    [InlineData("DELETE FROM key_log_entry", "key log", "It ends at 0", "restore a backup")]
    [InlineData("UPDATE key_log_head SET signed_head = set_byte(signed_head, 147, get_byte(signed_head, 147) # 1)", "key log", "not the one", "restore")]
    [InlineData(
        "INSERT INTO key_log_pending (user_id, label, version, account_key, device_list_hash) SELECT gen_random_uuid(), 'x' || n, 1, '', sha256('')"
        + " FROM generate_series(1, 10001) n", "queues", "10001 account changes", "silos run")]
    public async Task What_is_wrong_in_the_database_is_a_problem_with_a_fix(string damage, string check, string found, string fix)
    {
        await WriteAsync(damage.Replace("{name}", $"\"{new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database}\"", StringComparison.Ordinal));
        _database.DataSource.Clear();

        Finding finding = Assert.Single(await ExamineAsync(Patient()), finding => finding.Level == FindingLevel.Problem && finding.Check == check);

        Assert.Contains(found, finding.Text, StringComparison.Ordinal);
        Assert.Contains(fix, finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_was_edited_is_a_problem()
    {
        await using (WalletCluster cluster = await WalletCluster.StartAsync(
            services => services.AddSingleton(_database.DataSource).AddWalletStorage()))
        {
            TestPayer ana = await TestPayer.CreateAsync(cluster, 100);
            TestPayer ben = await TestPayer.CreateAsync(cluster, 100);
            await ana.PayAsync(ben, 5);
        }

        Assert.DoesNotContain(await ExamineAsync(Patient()), finding => finding is { Check: "ledger", Level: FindingLevel.Problem });
        await WriteAsync("ALTER TABLE ledger_transfer DISABLE TRIGGER ALL; UPDATE ledger_transfer SET amount = amount + 1");

        Assert.Contains(await ExamineAsync(Patient()), finding => finding is { Check: "ledger", Level: FindingLevel.Problem });
    }

    [Fact]
    public async Task A_clock_that_is_off_is_a_problem()
    {
        FakeTimeProvider late = new(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1));

        IReadOnlyList<Finding> findings = await ExamineAsync(Patient() with { Time = late });

        Assert.Contains(findings, finding =>
            finding is { Check: "clocks", Level: FindingLevel.Problem } && finding.Text.Contains("s apart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_old_signing_key_is_worth_advice_that_names_the_next_number()
    {
        await WriteAsync("UPDATE key_log_signing_key SET created_at = now() - interval '500 days'");

        Finding finding = Assert.Single(await ExamineAsync(Patient()), finding => finding.Check == "key ages");

        Assert.Equal(FindingLevel.Advice, finding.Level);
        Assert.Contains("XChat:Transparency:KeyNumber to 2", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_a_problem_and_a_folder_that_is_not_there_as_well()
    {
        IReadOnlyList<Finding> full = await ExamineAsync(Patient() with { LeastFreeBytes = long.MaxValue });
        IReadOnlyList<Finding> nowhere = await ExamineAsync(Patient() with { Folders = [Path.Combine(_folder, "nowhere")] });

        Assert.Contains(full, finding =>
            finding is { Check: "disk", Level: FindingLevel.Problem } && finding.Text.Contains("are free at", StringComparison.Ordinal));
        Assert.Contains(nowhere, finding =>
            finding is { Check: "disk", Level: FindingLevel.Problem } && finding.Text.EndsWith("is no folder.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://chat.example.org", 0, true, "is not encrypted")]
    [InlineData("http://127.0.0.1:5080", 0, false, "none is needed on loopback")]
    [InlineData("https://localhost", 3, true, "It ends in")]
    [InlineData("https://localhost", -1, true, "It ended on")]
    [InlineData("https://localhost", 90, true, "not trusted")]
    [InlineData("https://127.0.0.1", 90, true, "is not for 127.0.0.1")]
    public async Task The_certificate_that_clients_see_is_looked_at(string url, int days, bool problem, string found)
    {
        Uri address = new(url);
        await using WebApplication? server = address.Scheme == "https" ? await ServeAsync(days) : null;
        if (server is not null)
        {
            address = new UriBuilder(address) { Port = new Uri(server.Urls.Single()).Port }.Uri;
        }

        Finding finding = Assert.Single(await ExamineAsync(Patient() with { Address = address }), finding => finding.Check == "certificate");

        Assert.Equal(problem, finding.Level == FindingLevel.Problem);
        Assert.Contains(found, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Realms_of_one_operator_are_worth_advice_and_a_broken_file_is_a_problem()
    {
        string file = Path.Combine(_folder, "realms");
        using Key signer = Key.Create(SignatureAlgorithm.Ed25519);
        RealmDescription[] realms =
            [.. Enumerable.Range(1, 3).Select(number => new RealmDescription($"{number}", $"https://r{number}.example.org", KeyOf(number)))];
        await File.WriteAllBytesAsync(file, new RealmConfiguration(1, 2, 3, OneOperator: true, [], realms).Sign(signer), Cancelled);
        Finding oneOperator = Assert.Single(await ExamineAsync(Patient() with { RealmConfiguration = file }), finding => finding.Check == "realms");
        await File.WriteAllBytesAsync(file, new RealmConfiguration(1, 2, 3, OneOperator: false, [], realms).Sign(signer), Cancelled);
        Finding independent = Assert.Single(await ExamineAsync(Patient() with { RealmConfiguration = file }), finding => finding.Check == "realms");
        await File.WriteAllTextAsync(file, "realms", Cancelled);
        Finding broken = Assert.Single(await ExamineAsync(Patient() with { RealmConfiguration = file }), finding => finding.Check == "realms");

        Assert.Equal((FindingLevel.Advice, FindingLevel.Fine, FindingLevel.Problem), (oneOperator.Level, independent.Level, broken.Level));
    }

    [Fact]
    public async Task A_check_that_waits_keeps_no_other_from_being_made()
    {
        // The certificate is asked for before the silos are, and shown when they have been.
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await ServeAsync(90, asked.Task);
        Patient patient = Patient() with
        {
            Address = new UriBuilder("https://localhost") { Port = new Uri(server.Urls.Single()).Port }.Uri,
            ConnectAsync = _ =>
            {
                asked.TrySetResult();
                throw new AdminException("nobody answers");
            },
        };

        IReadOnlyList<Finding> findings = await ExamineAsync(patient);

        Assert.Contains("not trusted", Assert.Single(findings, finding => finding.Check == "certificate").Text, StringComparison.Ordinal);
        Assert.Contains(findings, finding => finding.Text.Contains("nobody answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_prints_every_finding_and_fails_on_a_problem()
    {
        (int well, string wellSaid) = await RunAsync("doctor");
        await WriteAsync("DELETE FROM orleans_membership");
        (int ill, string illSaid) = await RunAsync("doctor", "--json", "--quick");
        (int nothing, _) = await RunAsync("doctor", "--postgres", "Host=127.0.0.1;Port=1;Username=x;Database=x;Timeout=2");

        Assert.Equal((0, 2, 2), (well, ill, nothing));
        Assert.Contains("ok", wellSaid, StringComparison.Ordinal);
        using JsonDocument found = JsonDocument.Parse(illSaid);
        Assert.DoesNotContain(found.RootElement.EnumerateArray(), finding => finding.GetProperty("check").GetString() == "ledger");
    }

    [Fact]
    public async Task Migrating_twice_does_nothing_the_second_time()
    {
        await using TestDatabase empty = await postgres.CreateEmptyDatabaseAsync(Cancelled);

        (int first, string firstSaid) = await RunAsync("migrate", "--postgres", empty.ConnectionString);
        (int second, string secondSaid) = await RunAsync("migrate", "--postgres", empty.ConnectionString);

        Assert.Equal((0, 0), (first, second));
        Assert.Contains("migrations were applied", firstSaid, StringComparison.Ordinal);
        Assert.Contains("Nothing to do", secondSaid, StringComparison.Ordinal);
    }

    private static byte[] KeyOf(int number) => RealmKeys.FromSeed(SHA256.HashData([(byte)number])).PublicKey;

    private static Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient) => DoctorCommand.ExamineAsync(patient, quick: false, Cancelled);

    private Patient Patient() => new(
        _database.DataSource, "xchat", new Uri("http://127.0.0.1:5080"), RealmConfiguration: null, [_folder], LeastFreeBytes: 1, TimeProvider.System);

    private async Task WriteAsync(string sql)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(sql);
        _ = await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <summary>A key log with one statement, as a silo writes it.</summary>
    private async Task LogOneAsync()
    {
        PostgresTransparencyStore store = new(_database.DataSource);
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        using Key signer = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        LogKey key = LogKey.First(signer);
        await store.AddKeyAsync(new StoredLogKey(key.Number, seed, key.PublicKey, key.Endorsement), Cancelled);
        KeyLog log = new();
        PendingStatement change = new(1, UserId.New(), "alice", 1, RandomNumberGenerator.GetBytes(32), SHA256.HashData([]));
        IReadOnlyList<NewStatement> statements = TransparencyRules.Append(log, [change]);
        byte[] head = SignedLogHead.Sign(signer, key.Number, log.Head(log.State, 1)).Encode();
        Assert.True(await store.AppendAsync(new LogBatch(0, statements, [], new StoredLogHead(1, head)), Cancelled));
    }

    private static async Task<WebApplication> ServeAsync(int days, Task? shown = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-100), now.AddDays(days));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Use(next => async connection =>
            {
                await (shown ?? Task.CompletedTask);
                await next(connection);
            });
            listen.UseHttps(certificate);
        }));
        WebApplication app = builder.Build();
        await app.StartAsync(Cancelled);
        return app;
    }

    private async Task<(int ExitCode, string Said)> RunAsync(params string[] arguments)
    {
        StringWriter output = new();
        string[] all = arguments.Contains("--postgres") ? arguments : [.. arguments, "--postgres", _database.ConnectionString];
        int exitCode = await AdminCommandLine.Create().Parse(all).InvokeAsync(new InvocationConfiguration { Output = output, Error = output }, Cancelled);
        return (exitCode, output.ToString());
    }
}
