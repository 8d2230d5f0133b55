using Npgsql;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.FaultTests.Workload;
using XChat.Protocol.Wallets;

namespace XChat.FaultTests.Checks;

/// <summary>Gathers the evidence of a run: from the database past all servers, and from the clients as their people see it.</summary>
internal static class Gathering
{
    private const int All = 10_000_000;
    private const int Message = 1;
    private const int Payment = 10;

    /// <summary>Reads everything.</summary>
    public static async Task<Evidence> GatherAsync(Population population, History history, string database, CancellationToken cancellationToken)
    {
        Guid[] users = population.Users;
        List<Shown> shown = [];
        foreach ((Guid conversation, int[] people) in population.Conversations)
        {
            foreach (int person in people)
            {
                shown.Add(await ShowAsync(population.People[person], conversation, cancellationToken));
            }
        }

        Dictionary<Guid, bool> found = [];
        foreach (MadePayment unknown in history.Payments.Where(payment => payment.Unknown))
        {
            found[unknown.Transfer] = await IsThereAsync(population.People[unknown.Payer].Client, unknown.Transfer, cancellationToken);
        }

        List<long> balances = [];
        foreach (Person person in population.People)
        {
            Amount available = (await person.Client.BalancesAsync(cancellationToken)).Single().Available;
            balances.Add(Amount.TryRead(available, out Money money) ? money.MinorUnits : throw new InvalidOperationException($"{available} is no amount."));
        }

        return new Evidence
        {
            Messages = history.Messages,
            Payments = history.Payments,
            Users = users,
            Funds = Population.Funds,
            Log = await ReadLogAsync(database, cancellationToken),
            Transfers = await ReadTransfersAsync(database, users, cancellationToken),
            Shown = shown,
            Balances = balances,
            FoundById = found,
        };
    }

    /// <summary>
    /// Whether every payment has its card, every device shows the whole log, nothing waits to be sent, and no payment is open; in words what is missing.
    /// The last line alone says little: whoever wrote it shows it, whatever else has not come.
    /// </summary>
    public static async Task<string?> WhatIsMissingAsync(Population population, History history, string database, CancellationToken cancellationToken)
    {
        List<LogRow> rows = await ReadLogAsync(database, cancellationToken);
        HashSet<Guid?> cards = [.. rows.Where(row => row.Kind == Payment).Select(row => row.Target)];
        int uncarded = history.Payments.Count(payment => payment.Accepted && payment.Conversation != Guid.Empty && !cards.Contains(payment.Transfer));
        if (uncarded > 0)
        {
            return $"{uncarded} payments have no card yet";
        }

        ILookup<Guid, long> log = rows.Where(row => row.Kind is Message or Payment).ToLookup(row => row.Conversation, row => row.Seq);
        Dictionary<Guid, long> begins = history.Messages.Where(message => message.Seq > 0).GroupBy(message => message.Conversation)
            .ToDictionary(sent => sent.Key, sent => sent.Min(message => message.Seq));
        foreach ((Guid conversation, int[] people) in population.Conversations)
        {
            HashSet<long> whole = [.. log[conversation].Where(seq => seq >= begins.GetValueOrDefault(conversation, long.MaxValue))];
            foreach (int person in people)
            {
                Shown shown = await ShowAsync(population.People[person], conversation, cancellationToken);
                long[] missing = [.. whole.Except(shown.Lines.Select(line => line.Seq)).Order()];
                if (missing.Length > 0 || shown.Waiting > 0)
                {
                    return $"person {person} lacks {missing.Length} lines of {conversation}, the first at {missing.FirstOrDefault()} "
                        + $"of {whole.DefaultIfEmpty().Max()}, and {shown.Waiting} wait to be sent";
                }
            }
        }

        Person? payer = population.People.FirstOrDefault(person => person.Open > 0);
        return payer is null ? null : $"{payer.Open} payments of person {payer.Number} are open";
    }

    private static async Task<Shown> ShowAsync(Person person, Guid conversation, CancellationToken cancellationToken)
    {
        IReadOnlyList<ChatMessage> lines = await person.Client.ReadAsync(conversation, 0, All, cancellationToken);
        return new Shown(
            person.Number,
            conversation,
            [.. lines.Where(line => line.Seq > 0 && IsOfTheRun(line)).Select(line => new ShownLine(line.Seq, line.Id, line.Kind.ToString(), TextOf(line)))],
            lines.Count(line => line.Seq == 0));
    }

    /// <summary>Not those by which the conversations were made: people who come in at different moments see different beginnings.</summary>
    private static bool IsOfTheRun(ChatMessage line) =>
        line.Kind is MessageKind.Payment or MessageKind.Undecryptable || (line.Kind == MessageKind.Content && line.Content is not GroupNameContent);

    private static string? TextOf(ChatMessage line) => line.Content is PaymentContent card ? card.Memo : line.Text;

    private static async Task<bool> IsThereAsync(XChatClient client, Guid transfer, CancellationToken cancellationToken)
    {
        try
        {
            TransferReceipt receipt = await client.GetTransferAsync(transfer, cancellationToken);
            return receipt.Transfer == transfer;
        }
        catch (XChatException unknown) when (unknown.Reason == ClientErrorReason.NotFound)
        {
            return false;
        }
    }

    private static async Task<List<LogRow>> ReadLogAsync(string database, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT conversation_id, seq, message_id, kind, target FROM conversation_entry ORDER BY conversation_id, seq";

        List<LogRow> log = [];
        await using NpgsqlConnection connection = new(database);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(Sql, connection) { CommandTimeout = 0 };
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            log.Add(new LogRow(
                rows.GetGuid(0), rows.GetInt64(1), rows.GetGuid(2), rows.GetInt16(3),
                await rows.IsDBNullAsync(4, cancellationToken) ? null : rows.GetGuid(4)));
        }

        return log;
    }

    private static async Task<List<TransferRow>> ReadTransfersAsync(string database, Guid[] users, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT t.transfer_id, d.owner_id, c.owner_id, t.amount
            FROM ledger_transfer AS t
            JOIN ledger_account AS d ON d.account_id = t.debit_account
            JOIN ledger_account AS c ON c.account_id = t.credit_account
            WHERE d.owner_id = ANY ($1)
            """;

        List<TransferRow> transfers = [];
        await using NpgsqlConnection connection = new(database);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(Sql, connection) { CommandTimeout = 0, Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = users } } };
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            transfers.Add(new TransferRow(rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetInt64(3)));
        }

        return transfers;
    }
}
