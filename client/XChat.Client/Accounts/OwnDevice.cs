namespace XChat.Client.Accounts;

/// <summary>The account and the device of a profile. <c>Handle</c> begins with '@'.</summary>
public sealed record OwnDevice(Guid User, string Handle, Guid Device);

/// <summary>A certified device of an account.</summary>
public sealed record DeviceSummary(Guid Device, string Label, bool ThisDevice);
