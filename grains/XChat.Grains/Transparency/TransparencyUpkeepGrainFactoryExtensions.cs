namespace XChat.Grains.Transparency;

/// <summary>Typed references to the grains that only silos call.</summary>
public static class TransparencyUpkeepGrainFactoryExtensions
{
    /// <summary>The upkeep of the key log.</summary>
    public static ITransparencyUpkeepGrain TransparencyUpkeep(this IGrainFactory factory) => factory.GetGrain<ITransparencyUpkeepGrain>(0);
}
