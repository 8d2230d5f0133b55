using QRCoder;

namespace XChat.Cli.Output;

/// <summary>QR codes of half blocks, for terminals. On a terminal with a light background phones read them all the same.</summary>
internal static class TerminalQr
{
    /// <summary>Draws a text. More error correction makes a larger code, and some schemes ask for it.</summary>
    public static string Of(string text, QRCodeGenerator.ECCLevel level = QRCodeGenerator.ECCLevel.L)
    {
        using QRCodeGenerator generator = new();
        using QRCodeData data = generator.CreateQrCode(text, level);
        using AsciiQRCode code = new(data);
        return code.GetGraphicSmall(drawQuietZones: true, invert: true);
    }
}
