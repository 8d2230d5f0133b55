using System.Reflection;

using XChat.Protocol.Accounts;

namespace XChat.UnitTests.HouseRules;

/// <summary>Makes the same value of any contract type every time, so that its bytes can be compared with those of an earlier build.</summary>
internal static class SampleValues
{
    public static object Make(Type type, int seed = 1)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Make(underlying, seed);
        }

        return Scalar(type, seed) ?? List(type, seed) ?? Composite(type, seed);
    }

    private static object? Scalar(Type type, int seed) => type switch
    {
        _ when type == typeof(string) => $"text-{seed}",
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 1000 + seed,
        _ when type == typeof(long) => 1_000_000_000_000L + seed,
        _ when type == typeof(byte[]) => new byte[] { (byte)seed, 0xFE, 0x00 },
        _ when type == typeof(Guid) => new Guid(seed, 0x1234, 0x4321, 1, 2, 3, 4, 5, 6, 7, 8),
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
        _ => null,
    };

    private static Array? List(Type type, int seed)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IReadOnlyList<>))
        {
            return null;
        }

        Type item = type.GetGenericArguments()[0];
        Array array = Array.CreateInstance(item, 2);
        array.SetValue(Make(item, seed), 0);
        array.SetValue(Make(item, seed + 1), 1);
        return array;
    }

    private static object Composite(Type type, int seed)
    {
        if (type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length) is { } constructor && constructor.GetParameters().Length > 0)
        {
            return constructor.Invoke([.. constructor.GetParameters().Select((parameter, index) => Make(parameter.ParameterType, seed + index))]);
        }

        object value = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(value, Make(property.PropertyType, seed));
        }

        return value;
    }

    /// <summary>Every record of the wire protocol: those that carry MessagePack keys.</summary>
    public static IEnumerable<Type> WireTypes() =>
        typeof(UserId).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<MessagePack.MessagePackObjectAttribute>() is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal);
}
