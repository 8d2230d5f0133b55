using XChat.Crypto.Recovery;

namespace XChat.Client.Recovery;

/// <summary>What became of a PIN that was set or checked, for its owner.</summary>
/// <param name="Realms">Names of the realms that hold a share.</param>
/// <param name="Missing">Names of realms that could not be reached and get theirs later.</param>
/// <param name="Threshold">How many are needed to recover.</param>
/// <param name="OneOperator">Whether one party runs them all.</param>
/// <param name="Fingerprint">What to compare with what the realms' operators publish.</param>
/// <param name="Code">The recovery code, if one was asked for: shown once.</param>
public sealed record PinReport(
    IReadOnlyList<string> Realms, IReadOnlyList<string> Missing, int Threshold, bool OneOperator, string Fingerprint, string? Code)
{
    /// <summary>What the PIN protects and what not, in honest sentences.</summary>
    public string Protection => OneOperator
        ? $"All {Realms.Count + Missing.Count} realms are run by the operator of this server. The PIN keeps strangers out: they get a few guesses. "
          + "It keeps nothing from that operator, who can try all PINs. A long PIN (up to 64 characters) is what protects you from the operator."
        : $"Any {Threshold} of {Realms.Count + Missing.Count} realms together, with the PIN, give your keys back. "
          + $"Fewer than {Threshold} of their operators learn nothing, whatever they do. "
          + $"If {Threshold} of them conspire they can try all PINs; a longer PIN makes that slower.";

    internal static PinReport Of(RealmConfiguration configuration, IReadOnlySet<Guid> reached, string? code) => new(
        [.. configuration.Realms.Where(realm => reached.Contains(realm.Id)).Select(realm => realm.Name)],
        [.. configuration.Realms.Where(realm => !reached.Contains(realm.Id)).Select(realm => realm.Name)],
        configuration.Threshold, configuration.OneOperator, configuration.Fingerprint, code);
}

/// <summary>One realm's state, as it tells this device. Times in Unix milliseconds, 0 for none.</summary>
public sealed record RealmState(
    string Name, bool Reached, bool Registered, bool Destroyed, int GuessesLeft, long NextAttemptAtMs, long VetoedUntilMs,
    IReadOnlyList<PinAttemptSeen> Attempts);

/// <summary>An attempt at the PIN; <c>Device</c> is empty for one without a device.</summary>
public sealed record PinAttemptSeen(DateTimeOffset At, Protocol.Recovery.RecoveryOutcome Outcome, Guid Device);
