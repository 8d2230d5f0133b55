namespace XChat.Frontend.Errors;

/// <summary>Turns whatever an endpoint throws into the one form of error.</summary>
internal sealed class EndpointErrors(ErrorMap errors) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: there is nobody to tell.
            return TypedResults.Empty;
        }
        catch (Exception problem)
        {
            await Problem.WriteAsync(http, errors.Map(problem, $"{http.Request.Method} {http.GetEndpoint()?.DisplayName}"));
            return TypedResults.Empty;
        }
    }
}
