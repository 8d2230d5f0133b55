using System.Diagnostics;

using Microsoft.AspNetCore.SignalR;

using XChat.Frontend.Delivery;
using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.Protocol;

namespace XChat.Frontend;

/// <summary>
/// Stands before every hub call: the session must live, the device must not call too often, the server must have room, and what fails is told by the
/// contract.
/// </summary>
internal sealed class HubCallFilter(DeviceLimits limits, CallAdmission admission, ErrorMap errors, FrontendMetrics metrics, TimeProvider time) : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        long started = Stopwatch.GetTimestamp();
        ChatConnection connection = ChatConnection.Of(invocationContext.Context.Features);
        try
        {
            if (connection.Ended || connection.Session.ExpiresAt <= time.GetUtcNow())
            {
                connection.EndSession();
                throw new CallRefusedException(ErrorReason.Unauthenticated, "The session is over: sign in again.");
            }

            limits.Take(connection.Session.Caller, invocationContext.HubMethodName, invocationContext.HubMethodArguments);
        }
        catch (Exception problem)
        {
            return ValueTask.FromException<object?>(Explain(problem, invocationContext.HubMethodName, started));
        }

        return admission.TryEnter(out CallAdmission.Pass pass)
            ? ServeAsync(invocationContext, next, pass, started)
            : RefuseAsync(invocationContext, connection, started);
    }

    private async ValueTask<object?> ServeAsync(
        HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next, CallAdmission.Pass pass, long started)
    {
        using (pass)
        {
            try
            {
                object? result = await next(invocation);
                metrics.CallEnded(invocation.HubMethodName, "accepted", started);
                return result;
            }
            catch (Exception problem)
            {
                throw Explain(problem, invocation.HubMethodName, started);
            }
        }
    }

    /// <summary>
    /// There is no room. A device hears that at once; if it does not wait as it was told to, it hears the next time when it should have come, and has no
    /// more calls open meanwhile than it may have in all. So refusing costs little, however hasty clients are.
    /// </summary>
    private ValueTask<object?> RefuseAsync(HubInvocationContext invocation, ChatConnection connection, long started)
    {
        HubException refused = Explain(CallAdmission.Refusal, invocation.HubMethodName, started);
        TimeSpan hold = connection.Refuse(time, CallAdmission.RetryAfter);
        return hold > TimeSpan.Zero ? HoldAsync(refused, hold, invocation.Context.ConnectionAborted) : ValueTask.FromException<object?>(refused);
    }

    private async ValueTask<object?> HoldAsync(HubException refused, TimeSpan hold, CancellationToken gone)
    {
        await Task.Delay(hold, time, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw refused;
    }

    private HubException Explain(Exception problem, string method, long started)
    {
        CallRefusedException refused = errors.Map(problem, method);
        metrics.CallEnded(method, refused.Reason, started);
        return new HubException(refused.HubText);
    }

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        try
        {
            using CallAdmission.Pass pass = admission.Enter();
            await next(context);
        }
        catch (Exception problem)
        {
            throw new HubException(errors.Map(problem, "Connect").HubText);
        }
    }
}
