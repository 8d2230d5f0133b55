using XChat.Crypto.Transparency;
using XChat.Grains.Transparency;
using XChat.Storage.Transparency;
using XChat.Storage.Wallets.Verification;

namespace XChat.Admin.Doctor;

/// <summary>The books that must never be wrong, recomputed from their rows: money, and the key log.</summary>
internal static class BookChecks
{
    private const string Ledger = "ledger";
    private const string KeyLogCheck = "key log";
    private const int Page = 5_000;

    private const string Changed = "Rows were changed or lost. Keep the database as it is for an inquiry, and restore a backup from before; clients that "
        + "have seen the true log refuse this one.";

    public static async Task<IReadOnlyList<Finding>> LedgerAsync(Patient patient, CancellationToken cancellationToken)
    {
        LedgerVerification found = await new LedgerVerifier(patient.Database).RunAsync(cancellationToken);
        return found.Violations.Count == 0
            ? [Finding.Fine(Ledger, $"{found.Accounts} accounts, {found.Transfers} transfers, all in order.")]
            : [.. found.Violations.Select(broken => Finding.Problem(
                Ledger, $"{broken.Check}: {broken.Rule} ({broken.Count} times)",
                "Freeze what it names, run xchat-admin ledger verify for the rows, and find out who wrote them before anything is corrected."))];
    }

    public static async Task<IReadOnlyList<Finding>> KeyLogAsync(Patient patient, CancellationToken cancellationToken)
    {
        PostgresTransparencyStore store = new(patient.Database);
        if (await store.LoadHeadAsync(cancellationToken) is not { } stored)
        {
            return [Finding.Fine(KeyLogCheck, "Empty; the first silo begins it.")];
        }

        KeyLog log = new();
        try
        {
            while (log.State.Size < stored.Size)
            {
                IReadOnlyList<byte[]> page = await store.ReadAsync(
                    log.State.Size, (int)Math.Min(Page, stored.Size - log.State.Size), cancellationToken);
                if (page.Count == 0)
                {
                    return [Finding.Problem(KeyLogCheck, $"It ends at {log.State.Size}, and its signed head says {stored.Size}.", Changed)];
                }

                foreach (byte[] statement in page)
                {
                    TransparencyRules.Replay(log, statement);
                }
            }
        }
        catch (InvalidDataException problem)
        {
            return [Finding.Problem(KeyLogCheck, $"Statement {log.State.Size}: {problem.Message}", Changed)];
        }

        IReadOnlyList<StoredLogKey> keys = await store.LoadKeysAsync(cancellationToken);
        bool genuine = SignedLogHead.TryDecode(stored.SignedHead, out SignedLogHead? head)
            && keys.FirstOrDefault(key => key.Number == head.KeyNumber) is { } key && head.Verify(key.PublicKey)
            && head.Head.SameLog(log.Head(log.State, head.Head.TimeMs));
        return genuine
            ? [Finding.Fine(KeyLogCheck, $"{stored.Size} statements, as they were signed.")]
            : [Finding.Problem(KeyLogCheck, "It is not the one that was signed.", Changed)];
    }
}
