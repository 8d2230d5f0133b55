namespace XChat.Frontend.Accounts;

/// <summary>Marks an endpoint as one for callers with a live session: <see cref="SessionGate"/> lets through nobody else.</summary>
internal sealed class SessionRequired
{
    public static SessionRequired Mark { get; } = new();
}

internal static class SessionRequiredExtensions
{
    /// <summary>Has <see cref="SessionGate"/> stand before the endpoint.</summary>
    public static TBuilder RequireSession<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(SessionRequired.Mark);
}
