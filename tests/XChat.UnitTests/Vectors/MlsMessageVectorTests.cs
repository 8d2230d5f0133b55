using System.Text.Json;

using NSec.Cryptography;

using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.UnitTests.Vectors;

/// <summary>The working group's vectors for messages: encodings, protection, Welcome.</summary>
[Trait("Category", "Vectors")]
public sealed class MlsMessageVectorTests
{
    private const uint SenderLeaf = 1;

    public static TheoryData<string> Protection => VectorFolder.Files("mls", "message-protection");

    public static TheoryData<string> Welcomes => VectorFolder.Files("mls", "welcome");

    public static TheoryData<string> Messages => VectorFolder.Files("mls", "messages");

    [Theory, MemberData(nameof(Protection))]
    public void Messages_are_protected_and_opened_as_officially(string file) => VectorFolder.CheckMls(file, item =>
    {
        GroupContext context = new(
            (ushort)item.Suite().Id, item.Hex("group_id"), item.GetProperty("epoch").GetUInt64(), item.Hex("tree_hash"),
            item.Hex("confirmed_transcript_hash"), []);
        CheckPublic(item, context, "proposal");
        CheckPublic(item, context, "commit");
        CheckPrivate(item, context, "proposal");
        CheckPrivate(item, context, "commit");
        CheckPrivate(item, context, "application");
    });

    [Theory, MemberData(nameof(Welcomes))]
    public void Welcomes_open_as_officially(string file) => VectorFolder.CheckMls(file, item =>
    {
        CipherSuite suite = item.Suite();
        KeyPackage package = (KeyPackage)MlsMessage.Parse(item.Hex("key_package")).Body;
        Welcome welcome = (Welcome)MlsMessage.Parse(item.Hex("welcome")).Body;
        EncryptedGroupSecrets ours = welcome.Secrets.Single(secrets => secrets.NewMember.AsSpan().SequenceEqual(package.Reference()));
        GroupSecrets secrets = GroupSecrets.Parse(
            suite.DecryptWithLabel(item.Hex("init_priv"), "Welcome", welcome.EncryptedGroupInfo, ours.Secrets));
        byte[] noPsk = new byte[CipherSuite.HashSize];
        GroupInfo info = MlsGroup.OpenGroupInfo(suite, welcome, EpochSecrets.Welcome(secrets.JoinerSecret, noPsk));
        Assert.True(info.Verify(item.Hex("signer_pub")));
        EpochSecrets epoch = EpochSecrets.FromJoiner(secrets.JoinerSecret, noPsk, info.Context);
        Assert.Equal(info.ConfirmationTag, CipherSuite.Mac(epoch.Confirmation, info.Context.ConfirmedTranscriptHash));
    });

    [Theory, MemberData(nameof(Messages))]
    public void Structures_decode_and_encode_to_the_same_bytes(string file) => VectorFolder.Check(file, _ => true, item =>
    {
        foreach (string name in new[]
            {
                "mls_welcome", "mls_group_info", "mls_key_package", "public_message_application", "public_message_proposal",
                "public_message_commit", "private_message",
            })
        {
            byte[] bytes = item.Hex(name);
            Assert.Equal(bytes, TlsWriter.Encode(MlsMessage.Parse(bytes).Write));
        }

        Assert.Equal(item.Hex("ratchet_tree"), TlsWriter.Encode(RatchetTree.Read(item.Hex("ratchet_tree")).Write));
        Assert.Equal(item.Hex("group_secrets"), TlsWriter.Encode(GroupSecrets.Parse(item.Hex("group_secrets")).Write));
        TlsReader commit = new(item.Hex("commit"));
        Assert.Equal(item.Hex("commit"), TlsWriter.Encode(Commit.Read(ref commit).Write));
        CheckProposal(item, "add_proposal", ProposalType.Add);
        CheckProposal(item, "update_proposal", ProposalType.Update);
        CheckProposal(item, "remove_proposal", ProposalType.Remove);
        CheckProposal(item, "pre_shared_key_proposal", ProposalType.PreSharedKey);
        CheckProposal(item, "re_init_proposal", ProposalType.ReInit);
        CheckProposal(item, "external_init_proposal", ProposalType.ExternalInit);
        CheckProposal(item, "group_context_extensions_proposal", ProposalType.GroupContextExtensions);
    });

    private static void CheckProposal(JsonElement item, string name, ProposalType type)
    {
        byte[] bytes = [0, (byte)type, .. item.Hex(name)];
        TlsReader reader = new(bytes);
        Proposal proposal = Proposal.Read(ref reader);
        reader.End();
        Assert.Equal(bytes, TlsWriter.Encode(proposal.Write));
    }

    private static void CheckPublic(JsonElement item, GroupContext context, string kind)
    {
        byte[] membership = item.Hex("membership_key");
        PublicMessage official = (PublicMessage)MlsMessage.Parse(item.Hex(kind + "_pub")).Body;
        AuthenticatedContent content = official.Unprotect(membership, context);
        Assert.True(content.Verify(item.Hex("signature_pub"), context));
        Assert.Equal(item.Hex(kind), TlsWriter.Encode(content.Content.WriteBody));

        using Key key = item.SignatureKey("signature_priv");
        AuthenticatedContent own = AuthenticatedContent.Sign(WireFormat.PublicMessage, content.Content, context, key) with
        {
            ConfirmationTag = content.ConfirmationTag,
        };
        AuthenticatedContent opened = PublicMessage.Protect(own, membership, context).Unprotect(membership, context);
        Assert.True(opened.Verify(item.Hex("signature_pub"), context));
        Assert.Equal(
            MlsError.BadSignature, Assert.Throws<MlsException>(() => PublicMessage.Protect(own, [1], context).Unprotect(membership, context)).Error);
    }

    private static void CheckPrivate(JsonElement item, GroupContext context, string kind)
    {
        CipherSuite suite = item.Suite();
        byte[] senderData = item.Hex("sender_data_secret");
        PrivateMessage official = (PrivateMessage)MlsMessage.Parse(item.Hex(kind + "_priv")).Body;
        void Verify(AuthenticatedContent opened) => Assert.True(opened.Verify(item.Hex("signature_pub"), context));
        AuthenticatedContent content = official.Unprotect(suite, Secrets(item), senderData, Verify);
        Assert.Equal(SenderLeaf, content.Content.Sender.Index);
        byte[] body = content.Content.Body as byte[] ?? TlsWriter.Encode(content.Content.WriteBody);
        Assert.Equal(item.Hex(kind), body);

        using Key key = item.SignatureKey("signature_priv");
        AuthenticatedContent own = AuthenticatedContent.Sign(WireFormat.PrivateMessage, content.Content, context, key) with
        {
            ConfirmationTag = content.ConfirmationTag,
        };
        PrivateMessage message = PrivateMessage.Protect(suite, own, Secrets(item), senderData, padding: 100);
        _ = message.Unprotect(suite, Secrets(item), senderData, Verify);
    }

    private static SecretTree Secrets(JsonElement item) => new(item.Suite(), leafCount: 2, item.Hex("encryption_secret"));
}
