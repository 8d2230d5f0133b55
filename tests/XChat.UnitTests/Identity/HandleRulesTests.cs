using XChat.Protocol.Accounts;

namespace XChat.UnitTests.Identity;

/// <summary>Which handles may be had, and which look the same.</summary>
public sealed class HandleRulesTests
{
    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("@alice", "alice")]
    [InlineData("@Alice.B_99", "alice.b_99")]
    [InlineData("ALICE", "alice")]
    [InlineData("bob", "bob")]
    [InlineData("a1234567890123456789012345678z", "a1234567890123456789012345678z")]
    [InlineData("a__", "a__")]
    public void A_handle_is_normalised(string typed, string expected)
    {
        Assert.Equal(RegisterStatus.Accepted, HandleRules.Check(typed, out string normalised));
        Assert.Equal(expected, normalised);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("al")]
    [InlineData("a12345678901234567890123456789z")]
    [InlineData("1alice")]
    [InlineData("_alice")]
    [InlineData(".alice")]
    [InlineData("@@alice")]
    [InlineData("al ice")]
    [InlineData(" alice")]
    [InlineData("alice ")]
    [InlineData("alice\n")]
    [InlineData("alice\0")]
    [InlineData("al-ice")]
    [InlineData("al/ice")]
    [InlineData("al'ice")]
    [InlineData("álice")]
    [InlineData("аlice")] // Cyrillic a
    [InlineData("alicе")] // Cyrillic e
    [InlineData("ａlice")] // full width a
    [InlineData("al\u0131ce")] // dotless i
    [InlineData("\u212Aelvin")] // Kelvin sign, whose full lower case is k
    [InlineData("al\u200Bice")] // zero-width space
    [InlineData("al\u200Cice")] // zero-width non-joiner
    [InlineData("al\u200Dice")] // zero-width joiner
    [InlineData("al\u2060ice")] // word joiner
    [InlineData("\uFEFFalice")] // byte order mark
    [InlineData("alice\u00AD")] // soft hyphen
    [InlineData("\u202Ealice")] // right-to-left override
    [InlineData("alice\u0301")] // combining accent
    [InlineData("alice\uFE0F")] // variation selector
    [InlineData("alice٣")] // Arabic digit
    [InlineData("alice\uD800")] // lone surrogate
    public void Everything_else_is_refused(string typed)
    {
        Assert.Equal(RegisterStatus.HandleInvalid, HandleRules.Check(typed, out _));
    }

    [Fact]
    public void No_single_character_outside_the_alphabet_gets_in()
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
        IEnumerable<char> let = Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code)
            .Where(character => HandleRules.Check($"al{character}ice", out _) == RegisterStatus.Accepted);

        Assert.Equal(Alphabet.Order(), let);
    }

    [Fact]
    public void A_handle_that_is_far_too_long_is_not_copied()
    {
        Assert.Equal(RegisterStatus.HandleInvalid, HandleRules.Check(new string('a', 1_000_000), out string normalised));
        Assert.Empty(normalised);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("@Admin")]
    [InlineData("adm1n")]
    [InlineData("a.d.m.i.n")]
    [InlineData("adrnin")]
    [InlineData("support")]
    [InlineData("supp0rt")]
    [InlineData("xchat")]
    [InlineData("x_chat")]
    [InlineData("xchat.help")]
    [InlineData("xchat_team")]
    [InlineData("system")]
    [InlineData("systern")]
    [InlineData("security")]
    [InlineData("vvallet")]
    [InlineData("customer.service")]
    public void Names_that_others_would_take_for_the_operator_are_reserved(string typed)
    {
        Assert.Equal(RegisterStatus.HandleReserved, HandleRules.Check(typed, out _));
    }

    [Theory]
    [InlineData("administrata")]
    [InlineData("supporter")]
    [InlineData("systematic")]
    [InlineData("maxchat")]
    [InlineData("bote")]
    public void Names_that_only_contain_a_reserved_one_are_free(string typed)
    {
        Assert.Equal(RegisterStatus.Accepted, HandleRules.Check(typed, out _));
    }

    [Theory]
    [InlineData("paypal", "paypa1")]
    [InlineData("paypal", "paypai")]
    [InlineData("bob", "b0b")]
    [InlineData("modern", "rnodem")]
    [InlineData("wilma", "vvilma")]
    [InlineData("alice.smith", "alicesmith")]
    [InlineData("alice.smith", "alice_smith")]
    [InlineData("alice", "al.1.ce")]
    [InlineData("star.night", "stamight")]
    [InlineData("avvv", "avw")]
    [InlineData("avvv", "awv")]
    public void Handles_that_look_alike_have_one_skeleton(string one, string other)
    {
        Assert.Equal(HandleRules.Skeleton(one), HandleRules.Skeleton(other));
    }

    [Theory]
    [InlineData("alice", "alicia")]
    [InlineData("bob", "bop")]
    [InlineData("anna1", "anna2")]
    [InlineData("mia", "nia")]
    public void Handles_that_look_different_do_not(string one, string other)
    {
        Assert.NotEqual(HandleRules.Skeleton(one), HandleRules.Skeleton(other));
    }
}
