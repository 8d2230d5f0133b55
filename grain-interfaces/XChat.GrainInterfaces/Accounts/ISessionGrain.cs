namespace XChat.GrainInterfaces.Accounts;

/// <summary>The sign-in of one account's devices: challenges and short-lived sessions.</summary>
/// <remarks>
/// Key: the user id.
/// Owns: outstanding challenges (memory only) and the hashes of the session tokens (grain state).
/// Durable when: the result is returned.
/// Retry: a lost sign-in starts again from a new challenge.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.session"), Alias("xchat.ISessionGrain")]
public interface ISessionGrain : IGrainWithGuidKey
{
    /// <summary>Issues a challenge; alike for accounts and devices that do not exist.</summary>
    [Alias("issue-challenge")]
    Task<IssuedChallenge> IssueChallenge(IssueChallenge request);

    /// <summary>Opens a session for the device that signed the challenge.</summary>
    [Alias("sign-in")]
    Task<SignedIn> SignIn(SignIn request);

    /// <summary>Tells whether a token is that of a live session, and whose.</summary>
    [Alias("verify")]
    Task<VerifiedSession> Verify(VerifySession request);

    /// <summary>Ends the session of a token, or all sessions of a device.</summary>
    [Alias("end")]
    Task End(EndSession request);
}
