using System.Buffers;
using System.Reflection;
using System.Text.RegularExpressions;

using Microsoft.Extensions.DependencyInjection;

using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;
using Orleans.Serialization.WireProtocol;

namespace XChat.UnitTests.HouseRules;

/// <summary>
/// Silos of this version and of the one before it run in one cluster during a rolling upgrade, and call each other. tests/golden/previous has the contracts
/// of the version before, in its own bytes; docs/upgrade.md says when it is renewed.
/// </summary>
public sealed partial class UpgradeRules
{
    private const string Bytes = "tests/golden/previous/grain-contracts.txt";
    private const string Contracts = "tests/golden/previous/orleans-contracts.txt";
    private const string Now = "grain-interfaces/XChat.GrainInterfaces/OrleansContracts.txt";

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void What_the_version_before_sends_is_understood()
    {
        Serializer serializer = _services.GetRequiredService<Serializer>();
        foreach ((string alias, byte[] bytes) in ReadBytes(Bytes))
        {
            object? decoded = serializer.Deserialize<object>(bytes);

            Assert.NotNull(decoded);
            Assert.Equal(alias, decoded.GetType().GetCustomAttribute<AliasAttribute>()?.Alias);
            // Nothing of it is dropped on the way through this version: every field that came is a field that goes.
            Assert.Empty(FieldsOf(bytes).Except(FieldsOf(serializer.SerializeToArray(decoded))));
        }
    }

    [Fact]
    public void What_this_version_sends_has_every_field_that_the_version_before_reads()
    {
        Dictionary<string, byte[]> now = ReadBytes("tests/golden/grain-contracts.txt").ToDictionary(line => line.Alias, line => line.Bytes);
        List<string> wrong = [];
        foreach ((string alias, byte[] bytes) in ReadBytes(Bytes))
        {
            if (!now.TryGetValue(alias, out byte[]? today))
            {
                wrong.Add($"{alias} is gone: a silo of the version before may still send it");
                continue;
            }

            Dictionary<uint, WireType> fields = FieldsOf(today).ToDictionary(field => field.Id, field => field.Type);
            wrong.AddRange(FieldsOf(bytes)
                .Where(field => !fields.TryGetValue(field.Id, out WireType type) || type != field.Type)
                .Select(field => $"{alias}: field {field.Id} is gone or travels in another form"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_method_that_the_version_before_calls_is_there()
    {
        Dictionary<string, Contract> now = ReadContracts(Now);
        List<string> wrong = [];
        foreach ((string name, Contract before) in ReadContracts(Contracts))
        {
            if (!now.TryGetValue(name, out Contract? today))
            {
                wrong.Add($"{name} is gone");
                continue;
            }

            wrong.AddRange(before.Methods.Where(method => !today.Methods.Contains(method)).Select(method => $"{name}: {method} is gone or changed"));
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<(string Alias, byte[] Bytes)> ReadBytes(string path) => SourceTree.Read(path)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(parts => (parts[0], Convert.FromHexString(parts[1])));

    private static Dictionary<string, Contract> ReadContracts(string path)
    {
        Dictionary<string, Contract> contracts = [];
        Contract? current = null;
        foreach (string line in SourceTree.Read(path).Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (InterfacePattern().Match(line) is { Success: true } found)
            {
                current = new Contract([]);
                contracts[found.Groups[1].Value] = current;
            }
            else
            {
                current?.Methods.Add(line.Trim());
            }
        }

        return contracts;
    }

    /// <summary>The fields of the outermost object, as they are on the wire.</summary>
    private List<(uint Id, WireType Type)> FieldsOf(byte[] bytes)
    {
        using SerializerSession session = _services.GetRequiredService<SerializerSessionPool>().GetSession();
        Reader<ReadOnlySequenceInput> reader = Reader.Create(new ReadOnlySequence<byte>(bytes), session);
        List<(uint, WireType)> fields = [];
        _ = reader.ReadFieldHeader();
        uint id = 0;
        while (true)
        {
            Field header = reader.ReadFieldHeader();
            if (header.IsEndObject)
            {
                return fields;
            }

            if (header.IsEndBaseFields)
            {
                id = 0;
                continue;
            }

            id += header.FieldIdDelta;
            fields.Add((id, header.WireType));
            reader.ConsumeUnknownField(header);
        }
    }

    [GeneratedRegex(@"^interface .*?(\S+) \[Version\([0-9]+\)\]$")]
    private static partial Regex InterfacePattern();

    private sealed record Contract(List<string> Methods);
}
