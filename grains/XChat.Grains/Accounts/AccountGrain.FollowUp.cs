using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>
/// What follows a device list: sessions end, conversations hear of it. The row says what is still to be done, so a crash in between delays it
/// and no more: the next activation, this grain's timer or a silo's sweep takes it up.
/// </summary>
public sealed partial class AccountGrain
{
    private IGrainTimer? _followUp;

    /// <inheritdoc/>
    public async Task Resume()
    {
        _unsure = true;
        await CurrentAsync();
        FollowUp();
    }

    /// <summary>Does what is to be done, in a turn of its own, again and again until it is done.</summary>
    private void FollowUp()
    {
        if (_account is { Unfinished: true })
        {
            _followUp ??= this.RegisterGrainTimer(
                FollowUpAsync,
                new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = options.Value.FollowUpPause, KeepAlive = true });
        }
    }

    private async Task FollowUpAsync(CancellationToken cancellationToken)
    {
        await CurrentAsync();
        if (_account is { Unfinished: true } && await TryEndSessionsAsync())
        {
            await TryTellConversationsAsync();
        }

        if (_account is not { Unfinished: true })
        {
            _followUp?.Dispose();
            _followUp = null;
        }
    }

    private async Task<bool> TryEndSessionsAsync()
    {
        IReadOnlyList<DeviceId> revoked = _account!.Revoked;
        if (revoked.Count == 0)
        {
            return true;
        }

        try
        {
            foreach (DeviceId device in revoked)
            {
                await GrainFactory.Sessions(_id).End(new EndSession(null, device));
            }

            await ports.Accounts.MarkEndedAsync(_id, revoked, CancellationToken.None);
            _account = _account with { Revoked = [.. _account.Revoked.Except(revoked)] };
            return true;
        }
        catch (Exception problem)
        {
            metrics.FollowUpFailed();
            LogEndSessionsFailed(problem, _id);
            return false;
        }
    }

    private async Task TryTellConversationsAsync()
    {
        long version = _account!.Version;
        if (_account.ToldVersion == version)
        {
            return;
        }

        try
        {
            await ports.Audience.TellConversationsAsync(_id, _description);
            await ports.Accounts.MarkToldAsync(_id, version, CancellationToken.None);
            _account = _account with { ToldVersion = version };
        }
        catch (Exception problem)
        {
            metrics.FollowUpFailed();
            LogTellFailed(problem, _id);
        }
    }
}
