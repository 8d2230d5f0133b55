namespace XChat.Silo;

/// <summary>What a silo has to be told. Section <c>XChat</c>; each has a command line flag and an environment variable.</summary>
public sealed class SiloOptions
{
    public const string Section = "XChat";

    /// <summary>The connection string of the one database that all silos and frontends of a cluster share. No default.</summary>
    public string Postgres { get; set; } = string.Empty;

    /// <summary>Which silos find each other. Default: xchat. Two clusters on one database need two names.</summary>
    public string ClusterId { get; set; } = "xchat";

    /// <summary>The name under which grain state and reminders are kept. Default: xchat; a changed name finds none of them again.</summary>
    public string ServiceId { get; set; } = "xchat";

    /// <summary>The address that other silos and the frontends use to reach this one. Default: loopback, which is right for one machine.</summary>
    public string SiloAddress { get; set; } = "127.0.0.1";

    /// <summary>Where other silos connect. Default: 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Where frontends connect. Default: 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>Where the health endpoints listen. Default: loopback port 8081; they say nothing that has to be kept from a probe.</summary>
    public string HttpUrl { get; set; } = "http://127.0.0.1:8081";

    /// <summary>
    /// Whether no other silo can have this database. Default: false. If set, silos that a crash left on the cluster's list are taken off at
    /// start, so that nothing waits for them; set while others do run, it takes them out of the cluster.
    /// </summary>
    public bool SoleSilo { get; set; }

    /// <summary>Connections to the database. Default: 60, so that three silos fit into a server's usual 200.</summary>
    public int MaxDatabaseConnections { get; set; } = 60;
}
