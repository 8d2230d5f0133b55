using XChat.Protocol;

namespace XChat.LocalCluster;

/// <summary>A kind of process: which program, how many at most, and how one of them is started.</summary>
/// <param name="Name">How commands call it, such as <c>silos</c>.</param>
/// <param name="Program">The assembly beside this one.</param>
/// <param name="Least">So few may be left by scaling.</param>
/// <param name="Most">So many may there be.</param>
/// <param name="Launch">What the process of a number is told.</param>
internal sealed record Role(string Name, string Program, int Least, int Most, Func<ClusterPlan, int, MemberLaunch> Launch);

/// <summary>What one process is told. The database's password is in its environment, which other users cannot read, and not in its arguments.</summary>
/// <param name="Arguments">Its command line.</param>
/// <param name="Environment">Set on top of this process's own.</param>
/// <param name="Address">Where its health endpoints answer.</param>
internal sealed record MemberLaunch(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, Uri Address);

/// <summary>What the processes of a cluster have in common.</summary>
/// <param name="Ports">Where everything listens.</param>
/// <param name="ConnectionString">Of a database by its name.</param>
/// <param name="Realms">Where the realms' keys and their signed configuration are.</param>
/// <param name="Rail">What the rail of play money and the silos share.</param>
internal sealed record ClusterPlan(PortBlock Ports, Func<string, string> ConnectionString, RealmFiles Realms, RailFiles Rail);

/// <summary>
/// The kinds of processes, in the order in which they are started; they are stopped in the opposite one. A further kind is one more entry here, with its ports
/// in <see cref="PortBlock"/> and a reference in the project file.
/// </summary>
internal static class Roles
{
    public const int RealmCount = 3;

    public const string RailDatabase = "xchat_rail_sim";

    private const string RailName = "sim";

    // Nine silos fit into the database's connections.
    private const string SiloConnections = "20";

    public static Role Silos { get; } = new("silos", "XChat.Silo", Least: 1, PortBlock.PerRole, (plan, number) => new MemberLaunch(
        [
            "--silo-port", plan.Ports.SiloPort(number), "--gateway-port", plan.Ports.GatewayPort(number),
            "--http-url", plan.Ports.SiloHealth(number).OriginalString,
        ],
        new Dictionary<string, string>
        {
            ["XCHAT_POSTGRES"] = plan.ConnectionString("xchat"),
            ["XChat__MaxDatabaseConnections"] = SiloConnections,
            ["XChat__Rails__Sim__Url"] = plan.Ports.Rail(1).OriginalString,
            ["XChat__Rails__Sim__ApiKey"] = plan.Rail.ApiKey,
            ["XChat__Rails__Sim__WebhookSecrets"] = plan.Rail.WebhookSecret,
        },
        plan.Ports.SiloHealth(number)));

    /// <summary>The rail of PLAY MONEY. It tells the cluster at the address that clients use.</summary>
    public static Role Rails { get; } = new("rails", "xchat-rail-sim", Least: 1, Most: 1, (plan, number) => new MemberLaunch(
        [
            "--urls", plan.Ports.Rail(number).OriginalString,
            "--webhook", new Uri(plan.Ports.Door, $"{Routes.Rails}{RailName}{Routes.RailWebhooks}").OriginalString,
        ],
        new Dictionary<string, string>
        {
            ["XCHAT_POSTGRES"] = plan.ConnectionString(RailDatabase),
            ["XCHAT_RAIL_SIM_KEY"] = plan.Rail.ApiKey,
            ["XCHAT_RAIL_SIM_SECRETS"] = plan.Rail.WebhookSecret,
        },
        plan.Ports.Rail(number)));

    public static Role Realms { get; } = new("realms", "xchat-realm", RealmCount, RealmCount, (plan, number) => new MemberLaunch(
        [
            "--key-file", plan.Realms.Key(number), "--urls", plan.Ports.Realm(number).OriginalString,
            "--silo-port", plan.Ports.RealmSiloPort(number), "--gateway-port", plan.Ports.RealmGatewayPort(number),
            "--operations-url", plan.Ports.RealmMetrics(number).OriginalString,
        ],
        new Dictionary<string, string> { ["XCHAT_POSTGRES"] = plan.ConnectionString($"xchat_realm{number}") },
        plan.Ports.Realm(number)));

    public static Role Frontends { get; } = new("frontends", "XChat.Frontend", Least: 1, PortBlock.PerRole, (plan, number) => new MemberLaunch(
        [
            "--urls", plan.Ports.Frontend(number).OriginalString, "--operations-url", plan.Ports.FrontendMetrics(number).OriginalString,
            "--realms", plan.Realms.Configuration,
        ],
        new Dictionary<string, string> { ["XCHAT_POSTGRES"] = plan.ConnectionString("xchat") },
        plan.Ports.Frontend(number)));

    public static IReadOnlyList<Role> All { get; } = [Rails, Silos, Realms, Frontends];
}
