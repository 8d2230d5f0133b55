using Orleans.Concurrency;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Screening;

namespace XChat.Grains.Wallets.Cases;

/// <inheritdoc cref="IMoneyCaseGrain"/>
[GrainType("money-case"), StatelessWorker]
public sealed class MoneyCaseGrain(IMoneyCaseStore cases, ScreeningDesk desk, TimeProvider time) : Grain, IMoneyCaseGrain
{
    private const int Page = 1000;

    /// <inheritdoc/>
    public async Task<MoneyCaseList> List(ListMoneyCases request) =>
        new(await cases.ListAsync(request.OpenOnly, request.After, Math.Clamp(request.Limit, 1, Page), CancellationToken.None));

    /// <inheritdoc/>
    public async Task<MoneyCaseClosed> Close(CloseMoneyCase request)
    {
        if (await cases.FindAsync(request.Case, CancellationToken.None) is not { } found)
        {
            return new MoneyCaseClosed(MoneyCaseStatus.NotFound, null);
        }

        if (found.Kind != MoneyCaseKind.Screening || request.Outcome is not (MoneyCaseState.Cleared or MoneyCaseState.Confirmed))
        {
            return new MoneyCaseClosed(MoneyCaseStatus.NotAllowed, found);
        }

        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await cases.CloseAsync(found.Case, request.Outcome, nowMs, CancellationToken.None))
        {
            found = (await cases.FindAsync(request.Case, CancellationToken.None))!;
            if (found.State != request.Outcome)
            {
                return new MoneyCaseClosed(MoneyCaseStatus.Closed, found);
            }
        }

        // Also when it was closed before: a crash may have kept the block.
        if (request.Outcome == MoneyCaseState.Cleared
            && (await cases.FindAsync(found.User, MoneyCaseKind.Screening, CancellationToken.None)).All(other => other.State == MoneyCaseState.Cleared))
        {
            await desk.BlockAsync(found.User, blocked: false, nowMs, CancellationToken.None);
        }

        return new MoneyCaseClosed(MoneyCaseStatus.Accepted, await cases.FindAsync(request.Case, CancellationToken.None));
    }
}
