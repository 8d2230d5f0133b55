using XChat.Client;

namespace XChat.Cli;

/// <summary>What <c>xchat</c> ends with, the same for every command. docs/cli.md lists them for scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A defect of this program.</summary>
    public const int Unexpected = 1;

    public const int BadInput = 2;
    public const int NotFound = 3;
    public const int Refused = 4;

    /// <summary>The server cannot be reached. What was to be sent waits in the outbox.</summary>
    public const int Unreachable = 5;

    public const int RateLimited = 6;
    public const int Security = 7;

    /// <summary>The profile has no account, or, for <c>register</c>, has one already.</summary>
    public const int WrongProfile = 8;

    public const int ProfileInUse = 9;

    /// <summary>The profile is damaged or was written by a newer version.</summary>
    public const int ProfileUnreadable = 10;

    public const int SignInRefused = 11;

    /// <summary>The server speaks another version, or is no XChat server.</summary>
    public const int ProtocolMismatch = 12;

    /// <summary>Ended by Ctrl-C before it was done, as shells expect it.</summary>
    public const int Interrupted = 130;

    public static int Of(ClientErrorReason reason) => reason switch
    {
        ClientErrorReason.InvalidInput => BadInput,
        ClientErrorReason.NotFound => NotFound,
        ClientErrorReason.Refused => Refused,
        ClientErrorReason.ServerUnreachable => Unreachable,
        ClientErrorReason.RateLimited => RateLimited,
        ClientErrorReason.Security => Security,
        ClientErrorReason.NotRegistered or ClientErrorReason.AlreadyRegistered => WrongProfile,
        ClientErrorReason.ProfileInUse => ProfileInUse,
        ClientErrorReason.ProfileDamaged or ClientErrorReason.ProfileTooNew => ProfileUnreadable,
        ClientErrorReason.SignInRefused => SignInRefused,
        ClientErrorReason.ProtocolMismatch => ProtocolMismatch,
        _ => Unexpected,
    };
}
