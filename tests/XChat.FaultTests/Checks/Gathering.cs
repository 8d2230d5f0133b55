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

    /// <summary>Whether every device shows the log up to its head, nothing waits to be sent, and no payment is open.</summary>
    public static async Task<string?> WhatIsMissingAsync(Population population, string database, CancellationToken cancellationToken)
    {
        Dictionary<Guid, long> heads = (await ReadLogAsync(database, cancellationToken)).GroupBy(row => row.Conversation)
            .ToDictionary(log => log.Key, log => log.Where(row => row.Kind is 1 or 10).Max(row => row.Seq));
        foreach ((Guid conversation, int[] people) in population.Conversations)
        {
            foreach (int person in people)
            {
                IReadOnlyList<ChatMessage> last = await population.People[person].Client.ReadAsync(conversation, 0, 1, cancellationToken);
                long seq = last.Count == 0 ? 0 : last[0].Seq;
                if (last.Count != 1 || seq < heads[conversation])
                {
                    return $"person {person} shows {conversation} up to {seq} of {heads[conversation]}, and {last.Count - 1} lines wait to be sent";
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
