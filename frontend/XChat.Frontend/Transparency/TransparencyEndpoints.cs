using XChat.Frontend.RateLimits;
using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Transparency;
using XChat.Protocol;
using XChat.Protocol.Transparency;

namespace XChat.Frontend.Transparency;

/// <summary>The key log for everybody, also without an account: an auditor needs nobody's leave.</summary>
internal static class TransparencyEndpoints
{
    public static void MapTransparency(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Routes.LogHead, DescribeHeadAsync);
        endpoints.MapGet(Routes.Log, ReadAsync);
        endpoints.MapGet(Routes.LogKeys, ListKeysAsync);
    }

    public static LogHeadView View(LogHeadDescribed head) => new(head.SignedHead, head.Consistency);

    public static GetLogKeysResult View(LogKeysListed listed) =>
        new([.. listed.Keys.Select(key => new LogKeyView(key.Number, key.PublicKey, key.Endorsement))]);

    private static async Task<LogHeadView> DescribeHeadAsync(HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeLogRead(context);
        return View(await cluster.TransparencyLog().DescribeHead(new DescribeLogHead(From(context))));
    }

    private static async Task<LogPage> ReadAsync(HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeLogRead(context);
        LogPageRead page = await cluster.TransparencyLog().Read(new ReadLogPage(From(context), Limits.LogStatementsPerPage));
        return new LogPage(page.Statements);
    }

    private static async Task<GetLogKeysResult> ListKeysAsync(HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeLogRead(context);
        return View(await cluster.TransparencyLog().ListKeys());
    }

    private static long From(HttpContext context)
    {
        string? from = context.Request.Query["from"];
        return string.IsNullOrEmpty(from) ? 0
            : long.TryParse(from, out long value) ? Field.NotNegative(value, "from")
            : throw Field.Wrong("from", "is not a number: give the place to begin at");
    }
}
