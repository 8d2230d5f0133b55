namespace XChat.Client.Accounts;

/// <summary>The account and the device of a profile. <c>Handle</c> begins with '@'.</summary>
public sealed record OwnDevice(Guid User, string Handle, Guid Device);

/// <summary>
/// What came with a revocation: the backup of the new key under the PIN, if the PIN was given; whether a PIN that was set is of no use any more.
/// </summary>
public sealed record Revocation(Recovery.PinReport? Backup, bool PinLost);

/// <summary>A certified device of an account.</summary>
public sealed record DeviceSummary(Guid Device, string Label, bool ThisDevice);
