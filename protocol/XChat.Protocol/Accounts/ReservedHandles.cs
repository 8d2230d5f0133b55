using System.Collections.Frozen;

namespace XChat.Protocol.Accounts;

/// <summary>Handles under which nobody may register, because others would take them for the operator, the product or a function of it.</summary>
internal static class ReservedHandles
{
    private const string ProductName = "xchat";

    private static readonly string[] Names =
    [
        // Who runs the server.
        "admin", "administrator", "root", "sysadmin", "operator", "owner", "staff", "team", "official", "moderator", "mod",
        "support", "help", "helpdesk", "customer_service", "service", "contact", "info", "press",
        "security", "abuse", "trust", "safety", "legal", "privacy",
        // Addresses that RFC 2142 keeps for an operator.
        "postmaster", "hostmaster", "webmaster", "noc", "noreply", "mailer_daemon",
        // Money.
        "bank", "wallet", "payment", "payments", "billing", "refund", "refunds", "escrow", "treasury",
        // The software itself, and words that read as part of it.
        "system", "server", "bot", "api", "www", "web", "app", "notification", "notifications",
        "settings", "account", "login", "register", "recovery", "backup",
        "everyone", "everybody", "all", "here", "channel", "group", "anonymous", "unknown", "nobody", "deleted", "null", "undefined", "you",
    ];

    private static readonly FrozenSet<string> Skeletons = Names.Select(HandleRules.Skeleton).ToFrozenSet(StringComparer.Ordinal);
    private static readonly string ProductSkeleton = HandleRules.Skeleton(ProductName);

    /// <summary>Whether a normalised handle is reserved, looks like one that is, or begins with the product's name.</summary>
    public static bool Contains(string normalised)
    {
        string skeleton = HandleRules.Skeleton(normalised);
        return Skeletons.Contains(skeleton) || skeleton.StartsWith(ProductSkeleton, StringComparison.Ordinal);
    }
}
