using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Delivery;

namespace XChat.Cli.Delivery;

/// <summary>Events for programs. Every object has a <c>type</c>; readers skip types that they do not know.</summary>
internal static class EventJson
{
    public static string? Of(ChatEvent happened, XChatClient client) => happened switch
    {
        MessageArrived arrived => JsonLine.Of(MessageJson.Of(arrived.Message)),
        ReceiptMoved moved => JsonLine.Of(new
        {
            Type = "receipt",
            moved.Conversation,
            moved.User,
            Handle = client.NameOf(moved.User),
            moved.DeliveredSeq,
            moved.ReadSeq,
        }),
        ConversationChanged changed => JsonLine.Of(new { Type = "conversation", changed.Conversation, changed.Stage }),
        SecurityWarned { Warning: var warning } => JsonLine.Of(
            new { Type = "warning", warning.Kind, warning.User, warning.Conversation, warning.Text, warning.TimeMs }),
        ConnectionChanged changed => JsonLine.Of(new { Type = "connection", changed.Connected }),
        WalletMoved moved => JsonLine.Of(new { Type = "wallet", Currency = moved.Currency.Code, moved.Transfer }),
        PaymentSettled { Outcome: var outcome } => JsonLine.Of(
            new { Type = "payment", outcome.Transfer, outcome.Status, outcome.Number, outcome.ExpiresAt }),
        EventsMissed => JsonLine.Of(new { Type = "missed" }),
        WorkFailed failed => JsonLine.Of(new { Type = "problem", failed.Conversation, Text = failed.Problem.Message }),
        _ => null,
    };
}
