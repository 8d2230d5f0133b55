using System.Text.Json;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary>How the money of a card stands now, as the server says: never what the sender of the card wrote.</summary>
internal static class CardState
{
    /// <summary>In brackets, behind the line; empty for lines that are no cards, and where this person may not know.</summary>
    public static async Task<string> OfAsync(XChatClient client, ChatMessage line, CancellationToken cancellationToken)
    {
        try
        {
            return line switch
            {
                { Kind: MessageKind.Payment } => await PaymentAsync(client, line.Id, cancellationToken),
                { Content: PaymentRequestContent request } => await RequestAsync(client, request.Request, cancellationToken),
                { Content: RedPacketContent packet } => await RedPacketAsync(client, packet.Packet, cancellationToken),
                _ => string.Empty,
            };
        }
        catch (XChatException unknown) when (unknown.Reason is ClientErrorReason.NotFound or ClientErrorReason.Refused)
        {
            return string.Empty;
        }
    }

    private static async Task<string> PaymentAsync(XChatClient client, Guid transfer, CancellationToken cancellationToken)
    {
        TransferReceipt receipt = await client.GetTransferAsync(transfer, cancellationToken);
        string payee = await client.HandleOfAsync(receipt.Payee, cancellationToken);
        return $" [{MoneyArguments.Text(receipt.Amount)} to {payee}, {Name(receipt.State)}, receipt {transfer:D}]";
    }

    private static async Task<string> RequestAsync(XChatClient client, Guid id, CancellationToken cancellationToken)
    {
        PaymentRequestView request = await client.GetPaymentRequestAsync(id, cancellationToken);
        int paid = request.Shares.Count(share => share.State == ShareState.Paid);
        int asked = request.Shares.Count(share => share.State != ShareState.Own);
        string end = request.Status == PaymentRequestStatus.Accepted ? string.Empty : ", " + Name(request.Status);
        return $" [{MoneyArguments.Text(request.Total)}, {paid} of {asked} paid{end}]";
    }

    private static async Task<string> RedPacketAsync(XChatClient client, Guid id, CancellationToken cancellationToken)
    {
        RedPacketView packet = await client.GetRedPacketAsync(id, cancellationToken);
        return $" [{MoneyArguments.Text(packet.Amount)}, {packet.Claims.Count} of {packet.Count} opened{(packet.Ended ? ", over" : string.Empty)}]";
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
