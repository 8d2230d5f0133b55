using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Orleans.Streams;

using XChat.GrainInterfaces.Delivery;

namespace XChat.Grains.Delivery;

/// <inheritdoc cref="IPresenceBoard"/>
public sealed partial class PresenceBoard(
    GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, PresenceRoutes routes, IServiceProvider services, ILogger<PresenceBoard> logger)
    : GrainService(id, silo, loggers), IPresenceBoard
{
    private IStreamProvider Streams => services.GetRequiredKeyedService<IStreamProvider>(FrontendStreams.Provider);

    /// <inheritdoc/>
    public async Task<PeopleTold> TellWallets(TellPeople request)
    {
        List<int> untold = [];
        List<Task> telling = [];
        for (int place = 0; place < request.News.Count; place++)
        {
            // Of the many who are asked for, hardly anybody is connected here.
            foreach (FrontendId frontend in routes.Find(request.News[place].User))
            {
                telling.Add(TellAsync(frontend, request.News[place], place, untold));
            }
        }

        await Task.WhenAll(telling);
        return new PeopleTold(untold);
    }

    private async Task TellAsync(FrontendId frontend, PersonNews news, int place, List<int> untold)
    {
        try
        {
            // Any stripe will do: no order binds a wallet's news to entries.
            await Streams.GetStream<FrontendEvent>(FrontendStreams.Stripe(frontend, 0)).OnNextAsync(new FrontendEvent(
                FrontendEventKind.WalletChanged, default, [news.User], null, null, default, new WalletNews(news.Currency, news.Transfer)));
        }
        catch (Exception problem)
        {
            LogNotTold(problem);
            untold.Add(place);
        }
    }

    [LoggerMessage(EventId = 3020, Level = LogLevel.Debug, Message = "A frontend could not be told of a wallet's news; they are told again.")]
    private partial void LogNotTold(Exception problem);
}
