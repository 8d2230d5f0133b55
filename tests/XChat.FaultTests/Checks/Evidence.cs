using XChat.FaultTests.Workload;

namespace XChat.FaultTests.Checks;

/// <summary>All that is known when a run is over: what the clients wrote down, what the database has, and what each client shows.</summary>
internal sealed record Evidence
{
    /// <summary>By the clients.</summary>
    public required IReadOnlyCollection<SentMessage> Messages { get; init; }

    /// <summary>By the clients.</summary>
    public required IReadOnlyCollection<MadePayment> Payments { get; init; }

    /// <summary>Account ids, by the number of the person.</summary>
    public required IReadOnlyList<Guid> Users { get; init; }

    /// <summary>What each started with.</summary>
    public required long Funds { get; init; }

    /// <summary>The log of every conversation, in the order of the database.</summary>
    public required IReadOnlyList<LogRow> Log { get; init; }

    /// <summary>Transfers between people.</summary>
    public required IReadOnlyList<TransferRow> Transfers { get; init; }

    /// <summary>What each person's device shows of each conversation that it is in.</summary>
    public required IReadOnlyList<Shown> Shown { get; init; }

    /// <summary>What each person's wallet says through the server, by number.</summary>
    public required IReadOnlyList<long> Balances { get; init; }

    /// <summary>What asking for a payment by its id answers, for those whose first call ended without an answer: whether there is one.</summary>
    public required IReadOnlyDictionary<Guid, bool> FoundById { get; init; }
}

/// <summary>An entry of the database: <c>Kind</c> is 1 for a message and 10 for a payment, whose transfer is <c>Target</c>.</summary>
internal sealed record LogRow(Guid Conversation, long Seq, Guid Message, int Kind, Guid? Target);

/// <summary>A transfer of the ledger: <c>Debit</c> and <c>Credit</c> are people.</summary>
internal sealed record TransferRow(Guid Transfer, Guid Debit, Guid Credit, long MinorUnits);

/// <summary>A conversation as one device shows it, and what still waits in its outbox.</summary>
internal sealed record Shown(int Person, Guid Conversation, IReadOnlyList<ShownLine> Lines, int Waiting);

/// <summary>A line; the text is that of a message or the memo of a payment's card.</summary>
internal sealed record ShownLine(long Seq, Guid Id, string Kind, string? Text);
