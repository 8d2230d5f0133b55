using System.Buffers.Text;

namespace XChat.Client.Accounts;

/// <summary>What a new device shows, as text and as QR code: <c>xchat:link:</c> and base64url of the mailbox id. It is no secret.</summary>
internal static class LinkCode
{
    private const string Scheme = "xchat:link:";
    private const int IdSize = 16;

    public static string Of(Guid mailbox) => Scheme + Base64Url.EncodeToString(mailbox.ToByteArray(bigEndian: true));

    public static Guid Parse(string code)
    {
        string text = code.Trim();
        ReadOnlySpan<char> encoded = text.StartsWith(Scheme, StringComparison.Ordinal) ? text.AsSpan(Scheme.Length) : text;
        return Base64Url.IsValid(encoded) && Base64Url.DecodeFromChars(encoded) is { Length: IdSize } bytes
            ? new Guid(bytes, bigEndian: true)
            : throw new XChatException(ClientErrorReason.InvalidInput, "This is not a link code: enter the one that xchat link shows on the new device.");
    }
}
