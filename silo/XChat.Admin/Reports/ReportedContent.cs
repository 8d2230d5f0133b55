using MessagePack;

namespace XChat.Admin.Reports;

/// <summary>What somebody reported, for an operator's eyes. It was verified to be what was sent, not to be content of ours.</summary>
internal static class ReportedContent
{
    private static readonly MessagePackSerializerOptions Untrusted = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>The content as JSON on one line; bytes that are no MessagePack in hexadecimal.</summary>
    public static string Show(byte[] content)
    {
        try
        {
            return ForeignText.Clean(MessagePackSerializer.ConvertToJson(content, Untrusted));
        }
        catch (MessagePackSerializationException)
        {
            return $"0x{Convert.ToHexStringLower(content)}";
        }
    }
}
