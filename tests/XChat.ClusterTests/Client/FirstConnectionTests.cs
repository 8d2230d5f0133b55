using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.ClusterTests.Access;
using XChat.GrainInterfaces.Accounts;
using XChat.Testing.Accounts;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.ClusterTests.Client;

/// <summary>
/// Somebody starts a client in the second in which a silo dies, a grain moves or a frontend restarts: it connects a moment later by itself. What the next
/// try cannot change is said at once.
/// </summary>
public sealed class FirstConnectionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("xchat-first-").FullName;
    private readonly UnsteadySessions _sessions = new();
    private readonly UnsteadyRegistrations _registrations = new();
    private WholeServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await WholeServer.StartAsync(
            postgres, services => services.AddSingleton<IIncomingGrainCallFilter>(_sessions).AddSingleton<IIncomingGrainCallFilter>(_registrations));
        await using XChatClient client = await OpenAsync(_server.Url);
        await client.RegisterAsync("@alice", Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_session_grain_that_moves_between_challenge_and_signature_is_no_refusal()
    {
        _sessions.MovesToCome = 1;
        await using XChatClient client = await OpenAsync(_server.Url);

        await client.ConnectAsync(Cancelled);

        Assert.Equal((2, 0), (_sessions.Challenges, _sessions.MovesToCome));
    }

    [Fact]
    public async Task Calls_that_a_dying_silo_does_not_answer_are_made_again()
    {
        _sessions.FailuresToCome = 3;
        await using XChatClient client = await OpenAsync(_server.Url);
        IAsyncEnumerable<ChatEvent> events = client.ListenAsync(Cancelled);

        await client.ConnectAsync(Cancelled);

        Assert.Equal((4, 0), (_sessions.Challenges, _sessions.FailuresToCome));
        await client.DisposeAsync();
        Assert.Equal(3, await CountFailuresAsync(events));
    }

    [Fact]
    public async Task A_registration_that_a_dying_silo_does_not_answer_is_made_again_and_is_one_account()
    {
        _registrations.FailuresToCome = 2;
        await using XChatClient client = await OpenAsync(_server.Url, folder: "bob");
        IAsyncEnumerable<ChatEvent> events = client.ListenAsync(Cancelled);

        OwnDevice bob = await client.RegisterAsync("@bob", Cancelled);
        await client.ConnectAsync(Cancelled);

        Assert.Equal(0, _registrations.FailuresToCome);
        Assert.Equal(bob.User, await client.FindPersonAsync("@bob", Cancelled));
        await client.DisposeAsync();
        Assert.Equal(2, await CountFailuresAsync(events));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_said_when_the_patience_is_over()
    {
        ShiftedTime time = new();
        _sessions.FailuresToCome = int.MaxValue;
        _sessions.Asked = count => time.Advance(count == 3 ? Patience : TimeSpan.Zero);
        await using XChatClient client = await OpenAsync(_server.Url, time);

        XChatException problem = await Assert.ThrowsAsync<XChatException>(() => client.ConnectAsync(Cancelled));

        Assert.Equal((ClientErrorReason.ServerUnreachable, 3), (problem.Reason, _sessions.Challenges));
    }

    [Fact]
    public async Task A_balancer_without_a_frontend_is_waited_for_whatever_it_says()
    {
        ShiftedTime time = new();
        int asked = 0;
        await using WebApplication balancer = await ServeAsync(context =>
        {
            time.Advance(Interlocked.Increment(ref asked) == 3 ? Patience : TimeSpan.Zero);
            context.Response.StatusCode = (int)HttpStatusCode.BadGateway;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html>502 Bad Gateway</html>", Cancelled);
        });
        await using XChatClient client = await OpenAsync(balancer.Urls.Single(), time);

        XChatException problem = await Assert.ThrowsAsync<XChatException>(() => client.ConnectAsync(Cancelled));

        Assert.Equal((ClientErrorReason.ServerUnreachable, "The server cannot answer now (502); try again."), (problem.Reason, problem.Message));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_device_that_the_server_does_not_know_is_refused_at_once()
    {
        UnsteadySessions other = new();
        await using WholeServer elsewhere = await WholeServer.StartAsync(postgres, services => services.AddSingleton<IIncomingGrainCallFilter>(other));
        await using XChatClient client = await OpenAsync(elsewhere.Url);

        XChatException problem = await Assert.ThrowsAsync<XChatException>(() => client.ConnectAsync(Cancelled));

        Assert.Equal((ClientErrorReason.SignInRefused, 2), (problem.Reason, other.Challenges));
    }

    [Fact]
    public async Task An_address_where_nobody_is_is_said_at_once()
    {
        await using XChatClient client = await OpenAsync($"http://127.0.0.1:{FreePort.Next()}");
        IAsyncEnumerable<ChatEvent> events = client.ListenAsync(Cancelled);

        XChatException problem = await Assert.ThrowsAsync<XChatException>(() => client.ConnectAsync(Cancelled));

        await client.DisposeAsync();
        Assert.Equal((ClientErrorReason.ServerUnreachable, 0), (problem.Reason, await CountFailuresAsync(events)));
    }

    private static async Task<int> CountFailuresAsync(IAsyncEnumerable<ChatEvent> events) => await events.OfType<WorkFailed>().CountAsync(Cancelled);

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync(Cancelled);
        return app;
    }

    private Task<XChatClient> OpenAsync(string url, TimeProvider? time = null, string folder = "alice") => XChatClient.OpenAsync(
        new XChatClientOptions
        {
            ProfileFolder = Path.Combine(_folder, folder),
            Server = new Uri(url),
            ConnectPatience = Patience,
            Time = time ?? TimeProvider.System,
        },
        Cancelled);

    /// <summary>Loses as many answers to registrations as it is told to; the accounts are there.</summary>
    private sealed class UnsteadyRegistrations : IIncomingGrainCallFilter
    {
        public int FailuresToCome { get; set; }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (FailuresToCome > 0
                && context.InterfaceMethod.DeclaringType == typeof(IAccountGrain) && context.InterfaceMethod.Name == nameof(IAccountGrain.Register))
            {
                FailuresToCome--;
                throw new TimeoutException("The silo of this grain does not answer.");
            }
        }
    }

    /// <summary>Has the sessions' grains do what they do in a cluster in which silos come and go, as often as it is told to.</summary>
    private sealed class UnsteadySessions : IIncomingGrainCallFilter
    {
        private int _challenges;

        /// <summary>Called with each challenge that is asked for, and with how many that were.</summary>
        public Action<int> Asked { get; set; } = _ => { };

        /// <summary>Challenges asked for.</summary>
        public int Challenges => Volatile.Read(ref _challenges);

        /// <summary>How many of the next calls get no answer.</summary>
        public int FailuresToCome { get; set; }

        /// <summary>After how many of the next challenges their grain is elsewhere.</summary>
        public int MovesToCome { get; set; }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType != typeof(ISessionGrain) || context.InterfaceMethod.Name != nameof(ISessionGrain.IssueChallenge))
            {
                await context.Invoke();
                return;
            }

            Asked(Interlocked.Increment(ref _challenges));
            if (FailuresToCome > 0)
            {
                FailuresToCome--;
                throw new TimeoutException("The silo of this grain does not answer.");
            }

            await context.Invoke();
            if (MovesToCome > 0)
            {
                MovesToCome--;
                ((IGrainBase)context.Grain).DeactivateOnIdle();
            }
        }
    }
}
