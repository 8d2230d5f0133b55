namespace XChat.Grains.Accounts;

/// <summary>What an account reaches outside of itself.</summary>
public sealed record AccountPorts(IAccountStore Accounts, IHandleDirectory Handles, IDeviceChangeAudience Audience);
