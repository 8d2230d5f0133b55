using CsCheck;

using XChat.Admin.Reports;

namespace XChat.ClusterTests.Reports;

/// <summary>What an operator sees of content that a stranger made.</summary>
public sealed class ReportedContentTests
{
    [Fact]
    public void Content_is_shown_as_json() =>
        Assert.Equal("[1,1,{\"text\":\"no\"}]", ReportedContent.Show(Convert.FromHexString("93010181A474657874A26E6F")));

    [Theory]
    [InlineData("93010181A474657874A31B5B31", "[1,1,{\"text\":\"\uFFFD[1\"}]")] // an escape sequence
    [InlineData("93010181A474657874A3E280AE", "[1,1,{\"text\":\"\uFFFD\"}]")] // from right to left from here on
    public void Nothing_in_it_steers_the_terminal(string hex, string shown) => Assert.Equal(shown, ReportedContent.Show(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("930101")]
    [InlineData("93010181DBD1AB038F5942")] // a name of more bytes than an array can have
    [InlineData("93010181A474657874C6FFFFFFFF00")] // bytes of as many
    public void What_is_no_content_is_shown_in_hexadecimal(string hex) =>
        Assert.Equal("0x" + hex, ReportedContent.Show(Convert.FromHexString(hex)), ignoreCase: true);

    [Fact]
    public void Any_bytes_are_shown() =>
        Gen.Select(Gen.Bool, Gen.Byte, Gen.Byte.Array[0, 40]).Sample((framed, type, rest) =>
        {
            byte[] head = framed ? [0x93, 0x01, 0x01, 0x81, 0xA1, (byte)'t'] : [];
            return ReportedContent.Show([.. head, type, .. rest]) is not null;
        });

    [Fact]
    public void Deep_nesting_is_shown_in_hexadecimal() =>
        Assert.StartsWith("0x9191", ReportedContent.Show([.. Enumerable.Repeat((byte)0x91, 60_000)]), StringComparison.Ordinal);
}
