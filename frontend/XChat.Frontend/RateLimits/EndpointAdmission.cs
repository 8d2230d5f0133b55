namespace XChat.Frontend.RateLimits;

/// <summary>Endpoints share their admission with the hub: what they ask of the silos is the same.</summary>
internal sealed class EndpointAdmission(CallAdmission admission) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using CallAdmission.Pass pass = admission.Enter();
        return await next(context);
    }
}
