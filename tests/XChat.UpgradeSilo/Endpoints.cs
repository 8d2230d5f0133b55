using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace XChat.UpgradeSilo;

/// <summary>Lets a test call grains from this silo, by the contract of this silo's version.</summary>
public static class Endpoints
{
    /// <summary>Maps them.</summary>
    public static void MapTallies(this WebApplication app)
    {
        app.MapPost("/upgrade/echo/{key:long}/{by:int}", async (long key, int by, IGrainFactory grains) =>
            Say(await grains.GetGrain<IEchoGrain>(key).Echo(Change(Guid.CreateVersion7(), by))));
        app.MapPost("/upgrade/tally/{key:long}/add/{change:guid}/{by:int}", async (long key, Guid change, int by, IGrainFactory grains) =>
            Say(await grains.GetGrain<ITallyGrain>(key).Add(Change(change, by))));
#if NEXT
        app.MapPost("/upgrade/tally/{key:long}/take/{change:guid}/{by:int}", async (long key, Guid change, int by, IGrainFactory grains) =>
            Say(await grains.GetGrain<ITallyGrain>(key).Take(Change(change, by))));
#endif
    }

#if NEXT
    private static TallyChange Change(Guid change, int by) => new("because", change, by);

    private static IResult Say(TallyAnswer answer) => Results.Text($"{answer.Count} {answer.Version} {answer.Why ?? "-"}");
#else
    private static TallyChange Change(Guid change, int by) => new(change, by);

    private static IResult Say(TallyAnswer answer) => Results.Text($"{answer.Count} {answer.Version} -");
#endif
}
