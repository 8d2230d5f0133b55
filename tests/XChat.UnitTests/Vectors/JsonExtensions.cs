using System.Text.Json;

using NSec.Cryptography;

using XChat.Crypto.Mls;

namespace XChat.UnitTests.Vectors;

/// <summary>Reads the fields of a vector.</summary>
internal static class JsonExtensions
{
    public static byte[] Hex(this JsonElement item, string name) => Convert.FromHexString(item.GetProperty(name).GetString()!);

    public static byte[]? HexOrNull(this JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? Convert.FromHexString(value.GetString()!) : null;

    public static string Text(this JsonElement item, string name) => item.GetProperty(name).GetString()!;

    public static uint Number(this JsonElement item, string name) => item.GetProperty(name).GetUInt32();

    public static IEnumerable<JsonElement> Items(this JsonElement item, string name) => item.GetProperty(name).EnumerateArray();

    public static CipherSuite Suite(this JsonElement item) => CipherSuite.Of((ushort)item.Number("cipher_suite"));

    public static Key SignatureKey(this JsonElement item, string name) =>
        Key.Import(SignatureAlgorithm.Ed25519, item.Hex(name), KeyBlobFormat.RawPrivateKey);
}
