using System.Text;

namespace XChat.EndToEndTests.Client;

/// <summary>A plaintext in all the forms in which it could lie about: as UTF-8 and UTF-16, and as hex and base64 of them.</summary>
internal sealed class Needle
{
    private readonly byte[][] _forms;

    public Needle(string text)
    {
        Text = text;
        byte[] plain = Encoding.UTF8.GetBytes(text);
        _forms =
        [
            plain,
            Encoding.Unicode.GetBytes(text),
            Encoding.BigEndianUnicode.GetBytes(text),
            Encoding.ASCII.GetBytes(Convert.ToHexString(plain)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(plain)),
            .. Enumerable.Range(0, 3).Select(offset => Base64Core(plain, offset)),
        ];
    }

    public string Text { get; }

    public bool IsIn(ReadOnlySpan<byte> bytes)
    {
        foreach (byte[] form in _forms)
        {
            if (bytes.IndexOf(form) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The characters that do not depend on what stands before and behind, for one of the three places in which base64 can begin.</summary>
    private static byte[] Base64Core(byte[] plain, int offset)
    {
        string encoded = Convert.ToBase64String([.. new byte[offset], .. plain]);
        int first = offset == 0 ? 0 : 4;
        int last = encoded.Length - (encoded.EndsWith('=') ? 4 : 0);
        return Encoding.ASCII.GetBytes(encoded[first..last]);
    }
}
