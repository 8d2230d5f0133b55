using System.Text;
using System.Text.Json;

using MessagePack;

namespace XChat.UnitTests.HouseRules;

/// <summary>The JSON and MessagePack forms of every wire record: what clients in other languages are written against.</summary>
public sealed class GoldenWireBytes
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Fact]
    public void Json_of_every_wire_record_is_that_of_the_golden_file()
    {
        StringBuilder lines = new();
        foreach (Type type in SampleValues.WireTypes())
        {
            lines.Append(type.Name).Append(' ').Append(JsonSerializer.Serialize(SampleValues.Make(type), type, Json)).Append('\n');
        }

        GoldenFile.Check("wire-json.txt", lines.ToString());
    }

    [Fact]
    public void MessagePack_of_every_wire_record_is_that_of_the_golden_file()
    {
        StringBuilder lines = new();
        foreach (Type type in SampleValues.WireTypes())
        {
            byte[] bytes = MessagePackSerializer.Serialize(type, SampleValues.Make(type), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equivalent(
                SampleValues.Make(type),
                MessagePackSerializer.Deserialize(type, bytes, cancellationToken: TestContext.Current.CancellationToken),
                strict: true);
            lines.Append(type.Name).Append(' ').Append(Convert.ToHexStringLower(bytes)).Append('\n');
        }

        GoldenFile.Check("wire-messagepack.txt", lines.ToString());
    }

    [Fact]
    public void Both_forms_use_the_same_member_names()
    {
        foreach (Type type in SampleValues.WireTypes())
        {
            object sample = SampleValues.Make(type);
            byte[] packed = MessagePackSerializer.Serialize(type, sample, cancellationToken: TestContext.Current.CancellationToken);
            string unpacked = MessagePackSerializer.ConvertToJson(packed, cancellationToken: TestContext.Current.CancellationToken);
            using JsonDocument fromPack = JsonDocument.Parse(unpacked);
            using JsonDocument fromJson = JsonDocument.Parse(JsonSerializer.Serialize(sample, type, Json));

            Assert.Equal(
                fromJson.RootElement.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal),
                fromPack.RootElement.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        }
    }
}
