using XChat.Grains.Wallets.Screening;
using XChat.Protocol.Accounts;

namespace XChat.UnitTests.Wallets;

/// <summary>The screening list as operators write it.</summary>
public sealed class ScreeningListTests
{
    [Fact]
    public void Handles_and_user_ids_are_found_with_what_the_line_says()
    {
        UserId user = UserId.New();
        ScreeningList list = ScreeningList.Parse($"# of today\r\n\n@Mallory EU 2026/17\n{user.Value:D}\tUN 4\n  trent\n");

        Assert.Equal(3, list.Count);
        Assert.Equal("@Mallory EU 2026/17", list.Find(new ScreenedPerson(UserId.New(), "mallory")));
        Assert.Equal($"{user.Value:D}\tUN 4", list.Find(new ScreenedPerson(user, "somebody")));
        Assert.Equal("trent", list.Find(new ScreenedPerson(UserId.New(), "trent")));
        Assert.Null(list.Find(new ScreenedPerson(UserId.New(), "alice")));
        Assert.Null(list.Find(new ScreenedPerson(UserId.New(), string.Empty)));
    }

    [Fact]
    public void A_line_that_names_nobody_is_named()
    {
        ScreeningListException refused = Assert.Throws<ScreeningListException>(() => ScreeningList.Parse("alice\n\n!!! who\n"));

        Assert.Equal("line 3 begins with \"!!!\", which is neither a handle nor a user id", refused.Message);
    }
}
