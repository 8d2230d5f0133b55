using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Client.Wallets;
using XChat.Client;
using XChat.EndToEndTests.Client;
using XChat.Protocol.Wallets;
using XChat.Testing.Processes;
using XChat.Testing;

namespace XChat.EndToEndTests.Cluster;

/// <summary>The cluster of deploy/cluster as an operator uses it: real processes, changed while people chat.</summary>
public sealed class LocalClusterTests(LocalClusterFixture cluster) : IClassFixture<LocalClusterFixture>
{
    private static readonly TimeSpan Patience = TestProcess.Patience;

    /// <summary>Pairs of people who are connected during the rolling restart. Of more, which a variable asks for, only the first few talk.</summary>
    private static readonly int Pairs = int.TryParse(
        Environment.GetEnvironmentVariable("XCHAT_TEST_PAIRS"), CultureInfo.InvariantCulture, out int pairs) ? pairs : Talkers;

    /// <summary>What every message passes through.</summary>
    private static readonly string[] Upgraded = ["silos", "frontends"];

    private const int Talkers = 3;
    private const int Joining = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rolling_restart_under_load_loses_nothing_and_no_client_is_ever_without_a_connection()
    {
        await using People people = new();
        Talk[] all = await BeginAsync(people);
        Talk[] talks = all[..Talkers];
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task[] listening = [.. all.Select(talk => talk.ListenAsync(enough.Token))];
        Task[] talking = [.. talks.Select(talk => talk.GoOnAsync(enough.Token))];
        await Eventually.HoldsAsync(() => talks.All(talk => talk.Acknowledged.Count >= 2), Cancelled, Patience);
        Dictionary<string, (int ProcessId, string State)> before = await cluster.StatusAsync(Cancelled);

        foreach (string role in Upgraded)
        {
            (int exitCode, string said) = await cluster.CommandAsync(Cancelled, "restart", role, "--rolling");
            Assert.True(exitCode == 0, said + cluster.Process.Transcript());
        }

        // A member that does not answer at once counts as not ready for that moment.
        Dictionary<string, (int ProcessId, string State)> after = await Eventually.GetAsync(
            () => cluster.StatusAsync(Cancelled), members => members.Values.All(member => member.State == "ready"), Cancelled, Patience);
        Assert.All(
            after.Where(member => Upgraded.Contains(member.Key.Split(' ')[0])),
            member => Assert.NotEqual(before[member.Key].ProcessId, member.Value.ProcessId));
        int[] then = [.. talks.Select(talk => talk.Acknowledged.Count)];
        Task going = Eventually.HoldsAsync(() => talks.Zip(then).All(talk => talk.First.Acknowledged.Count >= talk.Second + 3), Cancelled, Patience);
        // A talk ends only when something went wrong with it.
        await await Task.WhenAny([going, .. talking]);
        await Task.WhenAll(all[Talkers..].Select(talk => talk.SayAsync("still here")));
        await enough.CancelAsync();
        await Task.WhenAll([.. talking, .. listening]);
        foreach (Talk talk in all)
        {
            await People.ExpectAsync(talk.Alice, talk.Conversation, [.. talk.Acknowledged], Cancelled);
            await People.ExpectAsync(talk.Bob, talk.Conversation, [.. talk.Acknowledged], Cancelled);
        }

        foreach (Talk talk in talks)
        {
            await talk.ExpectMoneyAsync(Cancelled);
        }

        Assert.Equal(0, all.Sum(talk => talk.Disconnections));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{2 * all.Length} clients, {all.Sum(talk => talk.Acknowledged.Count)} messages, "
            + $"{talks.Sum(talk => talk.Paid)} payments, longest wait {talks.Max(talk => talk.LongestWait).TotalMilliseconds:0} ms");
    }

    private async Task<Talk[]> BeginAsync(People people)
    {
        Talk[] all = new Talk[Pairs];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Pairs),
            new ParallelOptions { MaxDegreeOfParallelism = Joining, CancellationToken = Cancelled },
            async (pair, cancelled) => all[pair] = await Talk.BeginAsync(people, cluster.Door, cancelled));
        return all;
    }

    [Fact]
    public async Task Silos_and_frontends_come_and_go_by_one_command()
    {
        (int exitCode, string said) = await cluster.CommandAsync(Cancelled, "scale", "silos", "4");
        Assert.True(exitCode == 0, said);
        await Eventually.HoldsAsync(async () => (await cluster.StatusAsync(Cancelled))["silos 4"].State == "ready", Cancelled, Patience);

        Assert.Equal(0, (await cluster.CommandAsync(Cancelled, "scale", "silos", "3")).ExitCode);
        Assert.Equal(0, (await cluster.CommandAsync(Cancelled, "scale", "frontends", "1")).ExitCode);
        Dictionary<string, (int ProcessId, string State)> fewer = await cluster.StatusAsync(Cancelled);
        Assert.DoesNotContain("silos 4", fewer.Keys);
        Assert.DoesNotContain("frontends 2", fewer.Keys);

        Assert.Equal(0, (await cluster.CommandAsync(Cancelled, "scale", "frontends", "2")).ExitCode);
        (exitCode, said) = await cluster.CommandAsync(Cancelled, "scale", "silos", "100");
        Assert.Equal(1, exitCode);
        Assert.Contains("There can be 1 to 9 silos", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_killed_is_started_again()
    {
        int killed = (await cluster.StatusAsync(Cancelled))["silos 2"].ProcessId;

        using (Process silo = Process.GetProcessById(killed))
        {
            silo.Kill();
        }

        (int ProcessId, string State) again = await Eventually.GetAsync(
            async () => (await cluster.StatusAsync(Cancelled))["silos 2"], silo => silo.State == "ready" && silo.ProcessId != killed, Cancelled, Patience);
        Assert.NotEqual(killed, again.ProcessId);
    }

    [Fact]
    public async Task Ctrl_C_stops_every_process_and_the_next_start_has_what_was_sent()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(cluster.Door, "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(cluster.Door, "bob", Cancelled);
        Guid conversation = await alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled);
        await alice.SendAsync(conversation, "before", Cancelled);
        int[] processes = [.. (await cluster.StatusAsync(Cancelled)).Values.Select(member => member.ProcessId)];

        cluster.Process.SendInterrupt();
        Assert.Equal(0, await cluster.Process.WaitForExitAsync(Cancelled, Patience));

        Assert.All(processes, id => Assert.Throws<ArgumentException>(() => Process.GetProcessById(id)));
        (int exitCode, string said) = await cluster.CommandAsync(Cancelled, "status");
        Assert.Equal(1, exitCode);
        Assert.Contains("No cluster runs", said, StringComparison.Ordinal);

        await cluster.StartAsync(Cancelled);
        await alice.SendAsync(conversation, "after", Cancelled);
        await People.ExpectAsync(bob, conversation, ["before", "after"], Cancelled);
    }

    /// <summary>Two people who take turns, and what a listener saw of their connections meanwhile.</summary>
    private sealed class Talk(XChatClient alice, XChatClient bob, Guid conversation)
    {
        private const long Deposited = 10_000;
        private const int MessagesForAPayment = 5;
        private static readonly Currency Euro = Currency.TryParse("EUR", out Currency euro) ? euro : throw new InvalidOperationException();

        private int _disconnections;
        private int _unknown;

        public XChatClient Alice => alice;

        public XChatClient Bob => bob;

        public Guid Conversation => conversation;

        /// <summary>The texts that the server has acknowledged, in order.</summary>
        public ConcurrentQueue<string> Acknowledged { get; } = new();

        public int Disconnections => Volatile.Read(ref _disconnections);

        public TimeSpan LongestWait { get; private set; }

        /// <summary>Payments of one cent from Alice to Bob that the server has acknowledged.</summary>
        public int Paid { get; private set; }

        public static async Task<Talk> BeginAsync(People people, Uri server, CancellationToken cancellationToken)
        {
            XChatClient alice = await people.JoinAsync(server, "alice", cancellationToken);
            XChatClient bob = await people.JoinAsync(server, "bob", cancellationToken);
            Guid conversation = await alice.OpenDirectAsync(bob.RequireSelf().Handle, cancellationToken);
            await People.ExpectStageAsync(bob, conversation, ConversationStage.Joined, cancellationToken);
            return new Talk(alice, bob, conversation);
        }

        public async Task GoOnAsync(CancellationToken enough)
        {
            RailPaymentView deposit = await alice.DepositAsync("sim", new Money(Deposited, Euro), CancellationToken.None);
            deposit = await alice.WaitForRailPaymentAsync(deposit.Payment, Patience, CancellationToken.None);
            Assert.Equal(RailPaymentState.Completed, deposit.State);
            for (int number = 0; !enough.IsCancellationRequested; number++)
            {
                if (number % MessagesForAPayment == 0)
                {
                    await PayAsync();
                }

                long started = Stopwatch.GetTimestamp();
                string text = $"message {number}";
                await (number % 2 == 0 ? alice : bob).SendAsync(conversation, text, CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
                Acknowledged.Enqueue(text);
                TimeSpan waited = Stopwatch.GetElapsedTime(started);
                LongestWait = waited > LongestWait ? waited : LongestWait;
            }

        }

        /// <summary>Every payment that was acknowledged has arrived once, and none of those without an answer twice.</summary>
        public async Task ExpectMoneyAsync(CancellationToken cancellationToken)
        {
            long received = await Eventually.GetAsync(
                () => BalanceAsync(bob), balance => balance >= Paid, cancellationToken, Patience);
            Assert.InRange(received, Paid, Paid + _unknown);
            Assert.Equal(Deposited, received + await BalanceAsync(alice));
        }

        private async Task PayAsync()
        {
            try
            {
                PaymentOutcome outcome = await alice.PayAsync(new PaymentDraft(bob.RequireSelf().User, new Money(1, Euro)), CancellationToken.None);
                Assert.True(outcome.Accepted, outcome.Status.ToString());
                Paid++;
            }
            catch (XChatException unanswered) when (unanswered.Reason is ClientErrorReason.ServerUnreachable or ClientErrorReason.RateLimited)
            {
                // The order is stored, and the SDK sends it again by itself.
                _unknown++;
            }
        }

        private static async Task<long> BalanceAsync(XChatClient client) =>
            (await client.BalancesAsync(CancellationToken.None)).Where(wallet => wallet.Available.Currency == Euro.Code)
                .Sum(wallet => long.Parse(wallet.Available.MinorUnits, CultureInfo.InvariantCulture));

        /// <summary>One message more, by one who did not talk.</summary>
        public async Task SayAsync(string text)
        {
            await alice.SendAsync(conversation, text, CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
            Acknowledged.Enqueue(text);
        }

        /// <summary>Counts how often either of them is without a connection.</summary>
        public Task ListenAsync(CancellationToken enough) => Task.WhenAll(ListenAsync(alice, enough), ListenAsync(bob, enough));

        private async Task ListenAsync(XChatClient client, CancellationToken enough)
        {
            try
            {
                await foreach (ChatEvent happened in client.ListenAsync(enough))
                {
                    if (happened is ConnectionChanged { Connected: false })
                    {
                        _ = Interlocked.Increment(ref _disconnections);
                    }
                }
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                // The test has seen enough.
            }
        }
    }
}
