using System.Text;
using System.Text.Json.Nodes;

using XChat.Crypto.Mls;

namespace XChat.EndToEndTests.Interoperability;

/// <summary>A member on ts-mls, the library of the browser, with a Welcome key or, like a client from before there were any, without.</summary>
internal sealed class TsMlsMember(TsMlsProcess process, string name, MlsCipherSuite suite, bool welcomeKey) : IInteropMember
{
    public string Name => name;

    public async Task<byte[]> CreateAsync(byte[]? groupId)
    {
        JsonObject fields = new() { ["suite"] = (int)suite, ["welcomeKey"] = welcomeKey };
        if (groupId is not null)
        {
            fields["groupId"] = Convert.ToBase64String(groupId);
        }

        return Bytes(await Call("create", fields), "keyPackage")!;
    }

    public Task JoinAsync(byte[] welcome) => Call("join", new() { ["welcome"] = Convert.ToBase64String(welcome) });

    public async Task<(byte[] Commit, byte[]? Welcome)> CommitAsync(IReadOnlyList<byte[]> adds, IReadOnlyList<int> removes)
    {
        JsonNode answer = await Call("commit", new()
        {
            ["adds"] = new JsonArray([.. adds.Select(add => (JsonNode)Convert.ToBase64String(add))]),
            ["removes"] = new JsonArray([.. removes.Select(leaf => (JsonNode)leaf)]),
        });
        return (Bytes(answer, "commit")!, Bytes(answer, "welcome"));
    }

    public async Task<bool> FollowAsync(byte[] commit) => (await Process(commit))["removed"]!.GetValue<bool>();

    public async Task<byte[]> EncryptAsync(string text) =>
        Bytes(await Call("encrypt", new() { ["plaintext"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) }), "message")!;

    public async Task<string> DecryptAsync(byte[] message) => Encoding.UTF8.GetString(Bytes(await Process(message), "plaintext")!);

    public Task RestartAsync() => Call("restart", []);

    public async Task<(long Epoch, int Leaf, string Authenticator)> DescribeAsync()
    {
        JsonNode answer = await Call("describe", []);
        return (answer["epoch"]!.GetValue<long>(), answer["leaf"]!.GetValue<int>(), answer["authenticator"]!.GetValue<string>());
    }

    private Task<JsonNode> Process(byte[] message) => Call("process", new() { ["message"] = Convert.ToBase64String(message) });

    private Task<JsonNode> Call(string command, JsonObject fields)
    {
        fields["command"] = command;
        fields["name"] = name;
        return process.CallAsync(fields);
    }

    private static byte[]? Bytes(JsonNode answer, string field) =>
        answer[field] is { } value ? Convert.FromBase64String(value.GetValue<string>()) : null;
}
