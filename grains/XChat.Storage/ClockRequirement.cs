using System.Globalization;

using Npgsql;

namespace XChat.Storage;

/// <summary>
/// The clock of this machine has to agree with the database's: sessions, timers, limits of payments and expiries end by it, and silos judge by the times
/// that others write whether those live and which of two at one address is the newer.
/// </summary>
public static class ClockRequirement
{
    /// <summary>How far apart they may be: far more than a time service leaves, less than what the others take for silence.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    /// <exception cref="DatabaseRequirementException">The two are further apart; the message says how far, and what to do.</exception>
    public static async Task CheckAsync(NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = new("SELECT clock_timestamp()", connection);
        DateTimeOffset before = time.GetUtcNow();
        DateTimeOffset there = new((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
        DateTimeOffset after = time.GetUtcNow();
        // Between the two readings lies the way there and back, which says nothing about the clocks.
        TimeSpan apart = there < before ? before - there : there > after ? there - after : TimeSpan.Zero;
        if (apart > Most)
        {
            throw new DatabaseRequirementException(string.Create(
                CultureInfo.InvariantCulture,
                $"The clock of this machine is {apart.TotalSeconds:0.#} s {(there > after ? "behind" : "ahead of")} the database's; ")
                + string.Create(CultureInfo.InvariantCulture, $"{Most.TotalSeconds:0} s are allowed. ")
                + "Remedy: run a time service (chrony, systemd-timesyncd) on both machines, and look at what it says (chronyc tracking).");
        }
    }
}
