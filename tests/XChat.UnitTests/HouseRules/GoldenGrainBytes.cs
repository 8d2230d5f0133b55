using System.Reflection;
using System.Text;

using Microsoft.Extensions.DependencyInjection;

using Orleans.Serialization;

using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;

namespace XChat.UnitTests.HouseRules;

/// <summary>
/// The bytes of everything that grains send each other or keep as their state. Two versions run side by side during an upgrade: old bytes must
/// decode, and a change of the bytes must be seen in review.
/// </summary>
public sealed class GoldenGrainBytes
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void Bytes_of_every_grain_contract_are_those_of_the_golden_file()
    {
        Serializer serializer = _services.GetRequiredService<Serializer>();
        StringBuilder lines = new();
        foreach (Type type in SerializedTypes())
        {
            byte[] bytes = serializer.SerializeToArray(SampleValues.Make(type));
            lines.Append(type.GetCustomAttribute<AliasAttribute>()!.Alias).Append(' ').Append(Convert.ToHexStringLower(bytes)).Append('\n');
        }

        GoldenFile.Check("grain-contracts.txt", lines.ToString());
    }

    [Fact]
    public void Golden_bytes_decode_to_the_values_that_made_them()
    {
        Serializer serializer = _services.GetRequiredService<Serializer>();
        Dictionary<string, Type> types = SerializedTypes().ToDictionary(type => type.GetCustomAttribute<AliasAttribute>()!.Alias);
        foreach (string line in SourceTree.Read("tests/golden/grain-contracts.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ');
            Assert.True(types.TryGetValue(parts[0], out Type? type), $"{parts[0]} was removed: an older silo may still send it.");

            object? decoded = serializer.Deserialize<object>(Convert.FromHexString(parts[1]));

            Assert.Equivalent(SampleValues.Make(type), decoded, strict: true);
        }
    }

    private static IEnumerable<Type> SerializedTypes() =>
        new[] { typeof(Caller).Assembly, typeof(AccountGrain).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null && !type.IsEnum)
            // An exception's bytes are Orleans' own.
            .Where(type => !type.IsAssignableTo(typeof(Exception)))
            .OrderBy(type => type.GetCustomAttribute<AliasAttribute>()?.Alias, StringComparer.Ordinal);
}
