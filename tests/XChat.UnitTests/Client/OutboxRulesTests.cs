using XChat.Client.Delivery;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Client;

/// <summary>What becomes of a message after each answer.</summary>
public sealed class OutboxRulesTests
{
    private static readonly Guid Group = Guid.CreateVersion7();

    private static readonly OutboxItem Fresh = new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), [1], 0, null, Guid.Empty, 0, false, ConversationStatus.Unspecified);

    [Theory]
    [InlineData(ConversationStatus.Accepted, false, OutboxStep.Done)]
    [InlineData(ConversationStatus.AlreadyAccepted, false, OutboxStep.Done)]
    [InlineData(ConversationStatus.IdReusedWithDifferentContent, false, OutboxStep.GiveUp)]
    [InlineData(ConversationStatus.NotMember, false, OutboxStep.GiveUp)]
    [InlineData(ConversationStatus.DeviceNotInGroup, false, OutboxStep.WaitForGroup)]
    [InlineData(ConversationStatus.StaleEpoch, false, OutboxStep.EncryptAgain)]
    [InlineData(ConversationStatus.PayloadInvalid, true, OutboxStep.EncryptAgain)]
    [InlineData(ConversationStatus.PayloadInvalid, false, OutboxStep.GiveUp)]
    [InlineData(ConversationStatus.PayloadTooLarge, false, OutboxStep.GiveUp)]
    [InlineData(ConversationStatus.Overloaded, false, OutboxStep.SendAgainLater)]
    [InlineData(ConversationStatus.Unspecified, false, OutboxStep.GiveUp)]
    public void Each_answer_has_one_consequence(ConversationStatus status, bool groupChanged, object step) =>
        Assert.Equal(step, OutboxRules.After(status, groupChanged));

    [Fact]
    public void Bytes_that_may_have_reached_the_server_are_never_replaced()
    {
        OutboxItem encrypted = Fresh with { Payload = [7], Group = Group, Epoch = 4 };

        Assert.True(OutboxRules.NeedsEncryption(Fresh, Group, 4));
        Assert.False(OutboxRules.NeedsEncryption(encrypted, Group, 4));
        Assert.True(OutboxRules.NeedsEncryption(encrypted, Group, 5));
        Assert.False(OutboxRules.NeedsEncryption(encrypted with { Attempted = true }, Group, 5));
        Assert.True(OutboxRules.NeedsEncryption(OutboxRules.Unencrypted(encrypted with { Attempted = true }), Group, 5));
    }
}
