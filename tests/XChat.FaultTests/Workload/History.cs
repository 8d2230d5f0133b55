using System.Collections.Concurrent;
using System.Diagnostics;

using XChat.Protocol.Wallets;

namespace XChat.FaultTests.Workload;

/// <summary>
/// What the clients of a run asked for and what they were answered, written down by the clients themselves: the one account of the run that the servers
/// have no part in.
/// </summary>
internal sealed class History
{
    private readonly ConcurrentQueue<SentMessage> _messages = new();
    private readonly ConcurrentQueue<MadePayment> _payments = new();
    private long _answered;

    /// <summary>Messages, in the order in which they were begun.</summary>
    public IReadOnlyCollection<SentMessage> Messages => _messages;

    /// <summary>Payments, in the order in which they were begun.</summary>
    public IReadOnlyCollection<MadePayment> Payments => _payments;

    /// <summary>Operations that were answered so far.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Tells, whenever it is asked, whether everything has been answered that had been asked for when this was called.</summary>
    public Func<bool> WhatIsOpen()
    {
        SentMessage[] messages = [.. _messages.Where(message => message.Seq == 0)];
        MadePayment[] payments = [.. _payments.Where(payment => payment.Status == WalletStatus.Unspecified)];
        return () => messages.All(message => message.Seq > 0) && payments.All(payment => payment.Status != WalletStatus.Unspecified);
    }

    /// <summary>Notes that a message is about to be sent.</summary>
    public SentMessage Begin(int person, Guid conversation, string text)
    {
        SentMessage message = new(person, conversation, text) { Begun = Stopwatch.GetTimestamp() };
        _messages.Enqueue(message);
        return message;
    }

    /// <summary>Notes that a payment is about to be made.</summary>
    public MadePayment Begin(int payer, int payee, Guid transfer, Guid conversation, long minorUnits)
    {
        MadePayment payment = new(payer, payee, transfer, conversation, minorUnits);
        _payments.Enqueue(payment);
        return payment;
    }

    /// <summary>Notes an answer.</summary>
    public void Answer(SentMessage message, Guid id, long seq)
    {
        (message.Id, message.Seq, message.Ended) = (id, seq, Stopwatch.GetTimestamp());
        _ = Interlocked.Increment(ref _answered);
    }

    /// <summary>Notes an answer.</summary>
    public void Answer(MadePayment payment, WalletStatus status)
    {
        payment.Status = status;
        _ = Interlocked.Increment(ref _answered);
    }
}

/// <summary>A message, recognised by its text. Seq 0: not answered.</summary>
internal sealed record SentMessage(int Person, Guid Conversation, string Text)
{
    public long Begun { get; init; }

    public long Ended { get; set; }

    public Guid Id { get; set; }

    public long Seq { get; set; }
}

/// <summary>A payment, recognised by its id. <c>Unknown</c>: the first call ended without an answer.</summary>
internal sealed record MadePayment(int Payer, int Payee, Guid Transfer, Guid Conversation, long MinorUnits)
{
    /// <summary>The memo on its card.</summary>
    public string Memo => $"memo {Transfer:N}";

    public WalletStatus Status { get; set; }

    public bool Unknown { get; set; }

    /// <summary>Whether it was done, by this call or an earlier one of the same id.</summary>
    public bool Accepted => Status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted;
}
