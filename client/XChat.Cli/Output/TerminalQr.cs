using QRCoder;

namespace XChat.Cli.Output;

/// <summary>QR codes of half blocks, for terminals. On a terminal with a light background phones read them all the same.</summary>
internal static class TerminalQr
{
    public static string Of(string text)
    {
        using QRCodeGenerator generator = new();
        using QRCodeData data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using AsciiQRCode code = new(data);
        return code.GetGraphicSmall(drawQuietZones: true, invert: true);
    }
}
