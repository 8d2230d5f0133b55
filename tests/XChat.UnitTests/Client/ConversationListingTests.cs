using XChat.Client;
using XChat.Client.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Client;

/// <summary>Which conversation a person means. Names of groups are chosen by their members, so they must not pass for anything else.</summary>
public sealed class ConversationListingTests
{
    private static readonly ConversationInfo Bob = Conversation("0197a1b2-0000-8000-8000-000000000001", ConversationType.Direct, "@bob");
    private static readonly ConversationInfo Trip = Conversation("0297a1b2-0000-7000-8000-000000000002", ConversationType.Group, "Trip");

    [Theory]
    [InlineData("@bob")]
    [InlineData("@Bob ")]
    [InlineData("0197a1b2-0000-8000-8000-000000000001")]
    [InlineData("0197a1")]
    public void A_person_is_named_by_handle_or_id(string name) => Assert.Equal(Bob, ConversationListing.Choose([Trip, Bob], name));

    [Fact]
    public void A_group_is_named_by_its_name() => Assert.Equal(Trip, ConversationListing.Choose([Trip, Bob], "trip"));

    [Fact]
    public void A_group_that_is_called_like_a_person_is_not_that_person()
    {
        ConversationInfo trap = Trip with { Name = "@bob" };

        Assert.Equal(Bob, ConversationListing.Choose([trap, Bob], "@bob"));
        Assert.Equal(ClientErrorReason.NotFound, Assert.Throws<XChatException>(() => ConversationListing.Choose([trap], "@bob")).Reason);
    }

    [Fact]
    public void A_group_that_is_called_like_an_id_is_not_the_conversation_with_that_id() =>
        Assert.Equal(Bob, ConversationListing.Choose([Trip with { Name = $"{Bob.Id:D}" }, Bob], $"{Bob.Id:D}"));

    [Theory]
    [InlineData("Trip", ClientErrorReason.InvalidInput)]
    [InlineData("Journey", ClientErrorReason.NotFound)]
    [InlineData("0197a", ClientErrorReason.NotFound)]
    public void What_is_ambiguous_or_unknown_is_refused(string name, ClientErrorReason reason) => Assert.Equal(
        reason,
        Assert.Throws<XChatException>(() => ConversationListing.Choose([Trip, Bob, Trip with { Id = Guid.NewGuid() }], name)).Reason);

    private static ConversationInfo Conversation(string id, ConversationType type, string name) =>
        new(Guid.Parse(id), type, name, ConversationStage.Joined, 0, null);
}
