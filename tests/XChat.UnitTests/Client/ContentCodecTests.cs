using CsCheck;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.Protocol;

namespace XChat.UnitTests.Client;

/// <summary>What stands inside the encrypted message.</summary>
public sealed class ContentCodecTests
{
    private static readonly Guid Target = Guid.Parse("0197a1b2-0000-7000-8000-000000000001");

    public static TheoryData<MessageContent> Known => [
        new TextContent("hello"),
        new TextContent("answer ☃", Target),
        new ReactionContent(Target, "👍"),
        new EditContent(Target, "hallo"),
        new GroupNameContent("climbers"),
    ];

    [Theory]
    [MemberData(nameof(Known))]
    public void Every_kind_reads_back_as_written(MessageContent content) => Assert.Equal(content, ContentCodec.Read(ContentCodec.Write(content)));

    [Fact]
    public void The_bytes_of_a_text_are_those_that_other_clients_write()
    {
        byte[] written = ContentCodec.Write(new TextContent("hi"));
        string key = Convert.ToHexString(ContentCodec.FrankKeyOf(written)!);

        Assert.Equal("930101" + "82A474657874A26869" + "A86672616E6B4B6579C420" + key, Convert.ToHexString(written));
        Assert.NotEqual(key, Convert.ToHexString(ContentCodec.FrankKeyOf(ContentCodec.Write(new TextContent("hi")))!));
    }

    [Theory]
    [InlineData("93017FC0", 127)] // a kind of the future
    [InlineData("93020181A474657874A26869", 1)] // a version of the future
    [InlineData("93010181A474657874C2", 0)] // text that is a boolean
    [InlineData("9301018", 0)]
    [InlineData("", 0)]
    [InlineData("C1", 0)]
    [InlineData("930101DFFFFFFFFF", 0)] // a map of four billion fields
    [InlineData("93010181DBD1AB038F5942", 0)] // a name of more bytes than an array can have
    [InlineData("93010181A474657874C6FFFFFFFF00", 0)] // bytes of as many
    public void What_is_not_understood_is_unsupported_content(string hex, int kind) =>
        Assert.Equal(new UnsupportedContent(kind), ContentCodec.Read(Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex + "0")));

    [Fact]
    public void A_field_of_the_future_is_ignored() =>
        Assert.Equal(new TextContent("hi"), ContentCodec.Read(Convert.FromHexString("93010182A474657874A26869A36E657705")));

    [Fact]
    public void Deep_nesting_costs_nothing()
    {
        byte[] deep = [0x93, 0x01, 0x01, 0x81, 0xA1, 0x61, .. Enumerable.Repeat((byte)0x91, 64_000)];

        Assert.Equal(new UnsupportedContent(1), ContentCodec.Read(deep));
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception() =>
        Gen.Byte.Array[0, 200].Sample(bytes => ContentCodec.Read(bytes) is not null);

    /// <summary>Bytes that get as far as a field, of every type that MessagePack has and of any length that it can claim.</summary>
    [Fact]
    public void Any_field_is_read_without_an_exception() =>
        Gen.Select(Gen.Int[1, 8], Gen.Bool, Gen.Byte, Gen.Byte.Array[0, 12]).Sample((kind, named, type, rest) =>
        {
            byte[] name = named ? [0xA4, (byte)'t', (byte)'e', (byte)'x', (byte)'t'] : [];
            byte[] content = [0x93, 0x01, (byte)kind, 0x81, .. name, type, .. rest];
            return ContentCodec.Read(content) is not null;
        });

    [Fact]
    public void Too_long_a_text_is_refused_by_its_bytes()
    {
        Assert.NotNull(ContentCodec.Write(new TextContent(new string('x', ContentCodec.TextBytes))));
        XChatException refused = Assert.Throws<XChatException>(() => ContentCodec.Write(new TextContent(new string('é', ContentCodec.TextBytes / 2) + "x")));
        Assert.Equal(ClientErrorReason.InvalidInput, refused.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void A_text_without_a_word_is_refused(string text)
    {
        Assert.Equal(ClientErrorReason.InvalidInput, Assert.Throws<XChatException>(() => ContentCodec.Write(new TextContent(text))).Reason);
        Assert.Equal(ClientErrorReason.InvalidInput, Assert.Throws<XChatException>(() => ContentCodec.Write(new EditContent(Target, text))).Reason);
    }

    [Theory]
    [InlineData(0, 256)]
    [InlineData(256, 256)]
    [InlineData(257, 512)]
    [InlineData(5_000, 8_192)]
    [InlineData(ContentCodec.TextBytes + 100, 65_536)]
    public void Lengths_show_only_as_size_classes(int length, int padded) => Assert.Equal(padded, SizeClass.Of(length));

    [Fact]
    public void The_largest_size_class_with_its_framing_is_what_the_server_accepts() =>
        Assert.Equal(Limits.MessageBytes, SizeClass.Of(int.MaxValue) + SizeClass.Framing);
}
