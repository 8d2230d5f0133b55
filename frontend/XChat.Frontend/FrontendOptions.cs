namespace XChat.Frontend;

/// <summary>What a frontend has to be told. Section <c>XChat</c>; each has a command line flag and an environment variable.</summary>
public sealed class FrontendOptions
{
    public const string Section = "XChat";

    /// <summary>
    /// The connection string of the cluster's database, in which the silos are listed. Needed by a frontend process of its own; one inside a
    /// silo's process has that silo.
    /// </summary>
    public string Postgres { get; set; } = string.Empty;

    /// <summary>The cluster whose silos this frontend serves. Default: xchat.</summary>
    public string ClusterId { get; set; } = "xchat";

    /// <summary>The name under which the cluster keeps its grain state. Default: xchat.</summary>
    public string ServiceId { get; set; } = "xchat";

    /// <summary>
    /// Most connections held open at once; further ones are closed at the door. Default: 20000, lowered to what the limit on open files leaves.
    /// </summary>
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>
    /// Addresses and networks of the proxies in front of this frontend, with commas between, such as <c>10.0.0.0/8</c>. Their <c>X-Forwarded-For</c> says who
    /// the client is. Default: none, and then the address that connects is the client.
    /// </summary>
    public string TrustedProxies { get; set; } = string.Empty;

    /// <summary>
    /// Leading zero bits that a registration proof must show, as clients are told; the silos, which demand it, have to be given the same.
    /// Default: 18.
    /// </summary>
    public int RegistrationDifficulty { get; set; } = 18;

    /// <summary>
    /// The file with the signed configuration of the realms, as <c>xchat-realm configure</c> writes it. Default: none, and then accounts have no PIN
    /// recovery.
    /// </summary>
    public string RealmConfigurationFile { get; set; } = string.Empty;
}
