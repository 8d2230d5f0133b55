namespace XChat.GrainInterfaces;

/// <summary>
/// References to the grains that are called with every message and payment. Orleans reads the attributes of the interface by reflection each time that it is
/// asked for a reference by its type, which takes a microsecond; here that is done once for each interface.
/// </summary>
internal static class CachedGrainFactoryExtensions
{
    /// <summary>The grain of a key.</summary>
    public static T GetCachedGrain<T>(this IGrainFactory factory, Guid key)
        where T : IGrainWithGuidKey => Known<T>.Of(factory) is { } kind
        ? kind.Refer<T>(factory, GrainIdKeyExtensions.CreateGuidKey(key))
        : Known<T>.Remember(factory, factory.GetGrain<T>(key));

    /// <summary>The grain of a key and its extension.</summary>
    public static T GetCachedGrain<T>(this IGrainFactory factory, Guid key, string extension)
        where T : IGrainWithGuidCompoundKey => Known<T>.Of(factory) is { } kind
        ? kind.Refer<T>(factory, GrainIdKeyExtensions.CreateGuidKey(key, extension))
        : Known<T>.Remember(factory, factory.GetGrain<T>(key, extension, grainClassNamePrefix: null));

    private static class Known<T>
    {
        private static volatile Kind? _last;

        /// <summary>Of another kind of factory nothing is known: in a test it may be anything.</summary>
        public static Kind? Of(IGrainFactory factory) => _last is { } kind && kind.Factory == factory.GetType() ? kind : null;

        public static T Remember(IGrainFactory factory, T grain)
        {
            if (grain is GrainReference reference)
            {
                _last = new Kind(factory.GetType(), reference.GrainId.Type, reference.InterfaceType);
            }

            return grain;
        }
    }

    private sealed record Kind(Type Factory, GrainType Grain, GrainInterfaceType Interface)
    {
        public T Refer<T>(IGrainFactory factory, IdSpan key) => (T)factory.GetGrain(GrainId.Create(Grain, key), Interface);
    }
}
