namespace XChat.GrainInterfaces.Transparency;

/// <summary>Typed references to the grains of this domain.</summary>
public static class TransparencyGrainFactoryExtensions
{
    /// <summary>The key log.</summary>
    public static ITransparencyLogGrain TransparencyLog(this IGrainFactory factory) => factory.GetGrain<ITransparencyLogGrain>(0);
}
