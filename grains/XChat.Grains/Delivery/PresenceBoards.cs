using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Orleans.Runtime.Services;

using XChat.GrainInterfaces.Delivery;

namespace XChat.Grains.Delivery;

/// <summary>
/// Tells many people at once: one call to each silo, whose board knows who of them is connected there. Where a silo does not answer for its people (it
/// is about to leave, or of the version before), each person's own presence is asked instead.
/// </summary>
public sealed partial class PresenceBoards(
    IServiceProvider services, ISiloStatusOracle silos, IGrainFactory grains, IOptions<DeliveryOptions> options, ILogger<PresenceBoards> logger)
    : GrainServiceClient<IPresenceBoard>(services)
{
    /// <summary>Tells each of them, if connected. The answer says for each whether no connection is left that may not have been told.</summary>
    public async Task<IReadOnlyList<bool>> TellAsync(IReadOnlyList<PersonNews> news, CancellationToken cancellationToken)
    {
        bool[] told = [.. news.Select(_ => true)];
        if (await AskBoardsAsync(new TellPeople(news)) is { } untold)
        {
            foreach (int place in untold)
            {
                told[place] = false;
            }

            return told;
        }

        await Parallel.ForEachAsync(
            Enumerable.Range(0, news.Count),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.TellParallelism, CancellationToken = cancellationToken },
            async (place, _) => told[place] = await AskPresenceAsync(news[place]));
        return told;
    }

    /// <summary>The places of those who may not have been told; null when not every silo has answered for its people.</summary>
    private async Task<IEnumerable<int>?> AskBoardsAsync(TellPeople request)
    {
        Dictionary<SiloAddress, SiloStatus> statuses = silos.GetApproximateSiloStatuses();
        if (statuses.Values.Any(status => status is SiloStatus.ShuttingDown or SiloStatus.Stopping))
        {
            // People move from there to other silos just now.
            return null;
        }

        PeopleTold?[] answers = await Task.WhenAll(
            statuses.Where(silo => silo.Value == SiloStatus.Active).Select(silo => AskBoardAsync(silo.Key, request)));
        return answers.Contains(null) ? null : answers.SelectMany(answer => answer!.Untold);
    }

    private async Task<PeopleTold?> AskBoardAsync(SiloAddress silo, TellPeople request)
    {
        try
        {
            return await GetGrainService(silo).TellWallets(request);
        }
        catch (Exception problem)
        {
            LogBoardSilent(problem);
            return null;
        }
    }

    private async Task<bool> AskPresenceAsync(PersonNews news)
    {
        try
        {
            await grains.Presence(news.User).TellWallet(new WalletNews(news.Currency, news.Transfer));
            return true;
        }
        catch (Exception problem)
        {
            LogPersonUntold(problem);
            return false;
        }
    }

    [LoggerMessage(EventId = 3021, Level = LogLevel.Debug, Message = "A silo does not answer for the people who are connected there; each is asked for.")]
    private partial void LogBoardSilent(Exception problem);

    [LoggerMessage(EventId = 3022, Level = LogLevel.Information, Message = "A person could not be told of a wallet's news; they are told again.")]
    private partial void LogPersonUntold(Exception problem);
}
