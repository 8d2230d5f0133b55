using MessagePack;
using MessagePack.Resolvers;

namespace XChat.Client.Store;

/// <summary>How records become the values of the store. Members have numbers; new ones are appended and default when absent.</summary>
internal static class StoreFormat
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard.WithResolver(StandardResolverAllowPrivate.Instance);

    public static byte[] Write<T>(T value) => MessagePackSerializer.Serialize(value, Options);

    public static T Read<T>(byte[] bytes) => MessagePackSerializer.Deserialize<T>(bytes, Options);
}
