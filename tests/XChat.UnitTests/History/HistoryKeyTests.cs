using XChat.Crypto.History;
using XChat.Crypto.Identity;

namespace XChat.UnitTests.History;

/// <summary>A segment opens in its place, under its key, unchanged, and nowhere else.</summary>
public sealed class HistoryKeyTests : IDisposable
{
    private static readonly Guid User = Guid.Parse("0197a1b2-0000-7000-8000-0000000000aa");

    private readonly AccountKeys _account = AccountKeys.Generate();
    private readonly HistoryKey _key;

    public HistoryKeyTests() => _key = HistoryKey.Of(_account);

    public void Dispose()
    {
        _key.Dispose();
        _account.Dispose();
    }

    [Theory]
    [InlineData(0, 1024)]
    [InlineData(1020, 1024)]
    [InlineData(1021, 2048)]
    [InlineData(HistoryKey.MaxContent, 128 * 1024)]
    public void Content_comes_back_and_its_length_is_hidden_in_a_class(int length, int padded)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(index => (byte)(index % 251))];

        byte[] segment = _key.Seal(User, 7, new byte[32], content);

        Assert.Equal(content, _key.Open(User, 7, segment));
        Assert.Equal(padded, segment.Length - (1 + 8 + 32 + 24 + 16));
        Assert.True(segment.Length <= Protocol.Limits.HistorySegmentBytes);
    }

    [Fact]
    public void No_other_place_account_or_key_opens_it()
    {
        using AccountKeys successor = AccountKeys.Generate();
        using HistoryKey other = HistoryKey.Of(successor);
        byte[] segment = _key.Seal(User, 7, new byte[32], [1, 2, 3]);

        Assert.Null(_key.Open(User, 8, segment));
        Assert.Null(_key.Open(Guid.NewGuid(), 7, segment));
        Assert.Null(other.Open(User, 7, segment));
        Assert.NotEqual(_key.Id, other.Id);
    }

    [Fact]
    public void No_byte_can_be_changed_and_none_cut_off()
    {
        byte[] segment = _key.Seal(User, 7, new byte[32], [1, 2, 3]);
        for (int index = 0; index < segment.Length; index++)
        {
            byte[] changed = [.. segment];
            changed[index] ^= 1;
            Assert.Null(_key.Open(User, 7, changed));
        }

        for (int length = 0; length < segment.Length; length += 13)
        {
            Assert.Null(_key.Open(User, 7, segment.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_key_that_was_passed_on_is_the_same_key()
    {
        using HistoryKey imported = HistoryKey.Import(_key.Export());

        Assert.Equal([1, 2, 3], imported.Open(User, 7, _key.Seal(User, 7, new byte[32], [1, 2, 3])));
        Assert.Equal(_key.Id, imported.Id);
        Assert.Throws<ArgumentException>(() => HistoryKey.Import(new byte[31]));
        Assert.Throws<ArgumentException>(() => _key.Seal(User, 1, new byte[32], new byte[HistoryKey.MaxContent + 1]));
    }
}
