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
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        string method = invocationContext.HubMethodName;
        long started = Stopwatch.GetTimestamp();
        try
        {
            ChatConnection connection = ChatConnection.Of(invocationContext.Context.Features);
            if (connection.Ended || connection.Session.ExpiresAt <= time.GetUtcNow())
            {
                connection.EndSession();
                throw new CallRefusedException(ErrorReason.Unauthenticated, "The session is over: sign in again.");
            }

            limits.Take(connection.Session.Caller, method, invocationContext.HubMethodArguments);
            using CallAdmission.Pass pass = admission.Enter();
            object? result = await next(invocationContext);
            metrics.CallEnded(method, "accepted", started);
            return result;
        }
        catch (Exception problem)
        {
            CallRefusedException refused = errors.Map(problem, method);
            metrics.CallEnded(method, refused.Reason, started);
            throw new HubException(refused.HubText);
        }
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
