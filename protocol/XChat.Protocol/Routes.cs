namespace XChat.Protocol;

/// <summary>Paths of the frontend.</summary>
public static class Routes
{
    /// <summary>The hub. The session token travels as bearer token or, for WebSockets in browsers, as <c>access_token</c>.</summary>
    public const string Hub = "/v1/hub";

    /// <summary>GET: <see cref="Accounts.ServerInfo"/>.</summary>
    public const string Server = "/v1/server";

    /// <summary>POST <see cref="Accounts.RegisterRequest"/>: <see cref="Accounts.RegisterResult"/>.</summary>
    public const string Accounts = "/v1/accounts";

    /// <summary>
    /// GET with a handle behind it: <see cref="XChat.Protocol.Accounts.FindAccountResult"/>. For a device that recovers its account and has no session.
    /// </summary>
    public const string AccountByHandle = "/v1/accounts/";

    /// <summary>
    /// POST <see cref="XChat.Protocol.Accounts.PublishRecoveredListRequest"/>: <see cref="XChat.Protocol.Accounts.PublishDeviceListResult"/>. For a device
    /// that recovered its account: the account key's signature is what counts.
    /// </summary>
    public const string DeviceLists = "/v1/device-lists";

    /// <summary>POST <see cref="XChat.Protocol.Accounts.ChallengeRequest"/>: <see cref="XChat.Protocol.Accounts.ChallengeResult"/>.</summary>
    public const string Challenges = "/v1/sessions/challenges";

    /// <summary>
    /// POST <see cref="XChat.Protocol.Accounts.SignInRequest"/>: <see cref="XChat.Protocol.Accounts.SignInResult"/>. DELETE with a bearer
    /// token: ends that session.
    /// </summary>
    public const string Sessions = "/v1/sessions";

    /// <summary>
    /// PUT <see cref="XChat.Protocol.Accounts.PutLinkMessageRequest"/> and GET <see cref="XChat.Protocol.Accounts.GetLinkMessageResult"/>, each with
    /// <c>/{mailbox}/{step}</c> behind it.
    /// </summary>
    public const string Links = "/v1/links";

    /// <summary>GET with <c>?from=</c> a size (default 0): <see cref="Transparency.LogHeadView"/>. The key log is public.</summary>
    public const string LogHead = "/v1/transparency/head";

    /// <summary>GET with <c>?from=</c> the place of a statement (default 0): <see cref="Transparency.LogPage"/>.</summary>
    public const string Log = "/v1/transparency/log";

    /// <summary>GET: <see cref="Transparency.GetLogKeysResult"/>.</summary>
    public const string LogKeys = "/v1/transparency/keys";

    /// <summary>POST with a rail's name behind it and then <see cref="RailWebhooks"/>: what the rail has to say, signed by it.</summary>
    public const string Rails = "/v1/rails/";

    /// <summary>The end of that path.</summary>
    public const string RailWebhooks = "/webhooks";
}
