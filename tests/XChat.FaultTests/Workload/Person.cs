using System.Collections.Concurrent;
using System.Globalization;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.FaultTests.Workload;

/// <summary>
/// Somebody with the SDK who talks and pays until told to stop, through whatever happens to the servers, and never does anything to mend a connection.
/// </summary>
internal sealed class Person(int number, XChatClient client, History history)
{
    private readonly ConcurrentDictionary<Guid, MadePayment> _open = new();
    private int _sent;
    private int _failedCalls;
    private int _connections;

    /// <summary>From 0.</summary>
    public int Number => number;

    /// <summary>The SDK.</summary>
    public XChatClient Client => client;

    /// <summary>Operations of this person that were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Times that the SDK had to connect again by itself.</summary>
    public int Reconnects => _connections;

    /// <summary>Payments whose outcome is not known.</summary>
    public int Open => _open.Count;

    /// <summary>Work of the SDK that failed and that it tried again.</summary>
    public int FailedCalls => _failedCalls;

    /// <summary>Sends one message after the other.</summary>
    public async Task TalkAsync(IReadOnlyList<Guid> conversations, Random random, TimeSpan pace, CancellationToken enough, CancellationToken cancellationToken)
    {
        while (await PauseAsync(random, pace, enough))
        {
            int count = Interlocked.Increment(ref _sent);
            SentMessage message = history.Begin(
                number, conversations[random.Next(conversations.Count)], string.Create(CultureInfo.InvariantCulture, $"{number} says {count}"));
            ChatMessage sent = await client.SendAsync(message.Conversation, message.Text, cancellationToken);
            history.Answer(message, sent.Id, sent.Seq);
            Answered++;
        }
    }

    /// <summary>Makes one payment after the other, with a card and without.</summary>
    public async Task PayAsync(
        IReadOnlyList<(Guid Conversation, int[] People)> conversations, IReadOnlyList<Guid> users, Random random, TimeSpan pace, CancellationToken enough,
        CancellationToken cancellationToken)
    {
        while (await PauseAsync(random, pace, enough))
        {
            (Guid conversation, int[] people) = conversations[random.Next(conversations.Count)];
            int[] others = [.. people.Where(person => person != number)];
            int payee = others[random.Next(others.Length)];
            PaymentDraft draft = new(users[payee], new Money(random.NextInt64(1, 200), Population.Euro));
            bool card = random.Next(2) == 0;
            MadePayment payment = history.Begin(number, payee, draft.Transfer, card ? conversation : Guid.Empty, draft.Amount.MinorUnits);
            _open[payment.Transfer] = payment;
            try
            {
                PaymentOutcome outcome = await client.PayAsync(
                    card ? draft with { Conversation = conversation, Memo = payment.Memo } : draft, cancellationToken);
                Note(payment, outcome);
            }
            catch (XChatException lost) when (lost.Reason is ClientErrorReason.ServerUnreachable or ClientErrorReason.RateLimited)
            {
                // Not known; the SDK settles it by its id and says so.
                payment.Unknown = true;
            }
        }
    }

    /// <summary>Listens to what the SDK tells, until cancelled.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ChatEvent happened in client.ListenAsync(cancellationToken))
            {
                switch (happened)
                {
                    case PaymentSettled settled when _open.TryGetValue(settled.Outcome.Transfer, out MadePayment? payment):
                        Note(payment, settled.Outcome);
                        break;
                    case ConnectionChanged { Connected: true }:
                        _connections++;
                        break;
                    case WorkFailed:
                        _failedCalls++;
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static async Task<bool> PauseAsync(Random random, TimeSpan pace, CancellationToken enough)
    {
        try
        {
            await Task.Delay(pace * (0.5 + random.NextDouble()), enough);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Note(MadePayment payment, PaymentOutcome outcome)
    {
        if (outcome.Status != WalletStatus.Overloaded && _open.TryRemove(payment.Transfer, out _))
        {
            history.Answer(payment, outcome.Status);
            Answered++;
        }
    }
}
