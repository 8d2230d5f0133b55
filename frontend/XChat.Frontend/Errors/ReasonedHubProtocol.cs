using System.Buffers;
using System.Diagnostics.CodeAnalysis;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

using XChat.Protocol;

namespace XChat.Frontend.Errors;

/// <summary>
/// A hub protocol whose errors read <c>reason: text</c>, as the contract says. SignalR words the errors that it finds before a method runs
/// itself, and puts a sentence of its own in front of the others.
/// </summary>
internal sealed class ReasonedHubProtocol(IHubProtocol inner) : IHubProtocol
{
    private const string Thrown = $"{nameof(HubException)}: ";

    private static readonly string UnknownMethod = $"{ErrorReason.NotFound}: The hub has no method of that name.";
    private static readonly string Unreadable = $"{ErrorReason.InvalidArgument}: The arguments cannot be read as those of the method.";
    private static readonly string NoMessage =
        $"{ErrorReason.InvalidArgument}: What was sent is no hub message, or is longer than {Limits.RequestBytes} bytes.";

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message) =>
        inner.TryParseMessage(ref input, binder, out message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(Reword(message), output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(Reword(message));

    private static HubMessage Reword(HubMessage message) => message switch
    {
        CompletionMessage { Error: { } error } completion => CompletionMessage.WithError(completion.InvocationId!, Reword(error, Unreadable)),
        CloseMessage { Error: { } error } close => new CloseMessage(Reword(error, NoMessage), close.AllowReconnect),
        _ => message,
    };

    private static string Reword(string error, string otherwise)
    {
        int thrown = error.IndexOf(Thrown, StringComparison.Ordinal);
        string text = thrown >= 0 ? error[(thrown + Thrown.Length)..] : error;
        return ErrorReason.All.Any(reason => text.StartsWith($"{reason}: ", StringComparison.Ordinal)) ? text
            : text is "Method does not exist." || text.StartsWith("Unknown hub method", StringComparison.Ordinal) ? UnknownMethod
            : otherwise;
    }
}
