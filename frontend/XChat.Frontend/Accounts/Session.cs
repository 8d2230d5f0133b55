using XChat.GrainInterfaces.Accounts;

namespace XChat.Frontend.Accounts;

/// <summary>A live session as this frontend verified it: whose it is, the token that proves it, and when it ends.</summary>
internal sealed record Session(Caller Caller, string Token, DateTimeOffset ExpiresAt);
