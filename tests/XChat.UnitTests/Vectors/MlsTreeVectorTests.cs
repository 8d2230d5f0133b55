using System.Text.Json;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.UnitTests.Vectors;

/// <summary>The working group's vectors for the ratchet tree.</summary>
[Trait("Category", "Vectors")]
public sealed class MlsTreeVectorTests
{
    public static TheoryData<string> Arithmetic => VectorFolder.Files("mls", "tree-math");

    public static TheoryData<string> Operations => VectorFolder.Files("mls", "tree-operations");

    public static TheoryData<string> Validation => VectorFolder.Files("mls", "tree-validation");

    public static TheoryData<string> UpdatePaths => VectorFolder.Files("mls", "treekem");

    [Theory, MemberData(nameof(Arithmetic))]
    public void Tree_arithmetic_gives_the_official_relations(string file) => VectorFolder.Check(file, _ => true, item =>
    {
        uint leaves = item.Number("n_leaves");
        uint root = TreeMath.Root(leaves);
        Assert.Equal((item.Number("n_nodes"), item.Number("root")), (TreeMath.NodeCount(leaves), root));
        for (uint node = 0; node < TreeMath.NodeCount(leaves); node++)
        {
            Assert.Equal(Relation(item, "left", node), TreeMath.IsLeaf(node) ? null : TreeMath.Left(node));
            Assert.Equal(Relation(item, "right", node), TreeMath.IsLeaf(node) ? null : TreeMath.Right(node));
            Assert.Equal(Relation(item, "parent", node), node == root ? null : TreeMath.Parent(node));
            Assert.Equal(Relation(item, "sibling", node), node == root ? null : TreeMath.Sibling(node));
        }
    });

    [Theory, MemberData(nameof(Operations))]
    public void Proposals_change_the_tree_as_officially(string file) => VectorFolder.CheckMls(file, item =>
    {
        RatchetTree tree = RatchetTree.Read(item.Hex("tree_before"));
        Assert.Equal(item.Hex("tree_hash_before"), tree.TreeHash());
        TlsReader reader = new(item.Hex("proposal"));
        SentProposal sent = new(Proposal.Read(ref reader), Sender.Member(item.Number("proposal_sender")));
        reader.End();
        _ = ProposalRules.Apply(tree, [sent]);
        Assert.Equal(item.Hex("tree_after"), TlsWriter.Encode(tree.Write));
        Assert.Equal(item.Hex("tree_hash_after"), tree.TreeHash());
    });

    [Theory, MemberData(nameof(Validation))]
    public void Trees_validate_with_the_official_hashes_and_resolutions(string file) => VectorFolder.CheckMls(file, item =>
    {
        RatchetTree tree = RatchetTree.Read(item.Hex("tree"));
        Assert.Equal(item.Items("tree_hashes").Select(hash => hash.GetString()), Nodes(tree).Select(node => Convert.ToHexStringLower(tree.TreeHash(node))));
        Assert.Equal(
            item.Items("resolutions").Select(nodes => nodes.EnumerateArray().Select(node => node.GetUInt32()).ToArray()),
            Nodes(tree).Select(node => tree.Resolution(node).ToArray()));
        tree.Validate(item.Hex("group_id"));
        Assert.Equal(item.Hex("tree"), TlsWriter.Encode(tree.Write));
    });

    [Theory, MemberData(nameof(UpdatePaths))]
    public void Update_paths_open_to_the_official_secrets_and_our_own_open_too(string file) => VectorFolder.CheckMls(file, item =>
    {
        byte[] groupId = item.Hex("group_id");
        GroupContext context = new(
            (ushort)item.Suite().Id, groupId, item.GetProperty("epoch").GetUInt64(), [], item.Hex("confirmed_transcript_hash"), []);
        JsonElement[] members = [.. item.Items("leaves_private")];
        foreach (JsonElement update in item.Items("update_paths"))
        {
            uint sender = update.Number("sender");
            RatchetTree tree = RatchetTree.Read(item.Hex("ratchet_tree"));
            TlsReader reader = new(update.Hex("update_path"));
            UpdatePath path = UpdatePath.Read(ref reader);
            reader.End();
            TreeKem.Apply(tree, sender, path);
            Assert.True(path.Leaf.VerifySignature(groupId, sender));
            Assert.Equal(update.Hex("tree_hash_after"), tree.TreeHash());
            byte[] bound = (context with { TreeHash = tree.TreeHash() }).ToBytes();
            foreach (JsonElement member in members.Where(member => member.Number("index") != sender))
            {
                byte[] secret = TreeKem.Open(item.Suite(), tree, KeysOf(item, member, tree), member.Number("index"), sender, path, [], bound);
                Assert.Equal(update.Hex("commit_secret"), secret);
            }

            CheckOwnPath(item, members, sender, context);
        }
    });

    private static void CheckOwnPath(JsonElement item, JsonElement[] members, uint sender, GroupContext context)
    {
        RatchetTree tree = RatchetTree.Read(item.Hex("ratchet_tree"));
        JsonElement maker = members.Single(member => member.Number("index") == sender);
        using Key key = maker.SignatureKey("signature_priv");
        NewPath made = TreeKem.Create(tree, KeysOf(item, maker, tree), sender, tree.Leaf(sender)!, context.GroupId, key);
        byte[] bound = (context with { TreeHash = tree.TreeHash() }).ToBytes();
        UpdatePath path = TreeKem.Encrypt(item.Suite(), tree, made, [], bound);
        foreach (JsonElement member in members.Where(member => member.Number("index") != sender))
        {
            RatchetTree theirs = RatchetTree.Read(item.Hex("ratchet_tree"));
            TreeKem.Apply(theirs, sender, path);
            Assert.Equal(tree.TreeHash(), theirs.TreeHash());
            TreeKeys keys = KeysOf(item, member, theirs);
            Assert.Equal(made.CommitSecret, TreeKem.Open(item.Suite(), theirs, keys, member.Number("index"), sender, path, [], bound));
        }
    }

    /// <summary>A member's keys, those save that the update under test replaced, after a check that they fit the tree before it.</summary>
    private static TreeKeys KeysOf(JsonElement item, JsonElement member, RatchetTree after)
    {
        RatchetTree before = RatchetTree.Read(item.Hex("ratchet_tree"));
        TreeKeys keys = new();
        uint own = TreeMath.NodeOf(member.Number("index"));
        byte[] leafPrivate = member.Hex("encryption_priv");
        Assert.Equal(before.PublicKeyOf(own), DiffieHellman.PublicOf(leafPrivate));
        keys.Set(own, leafPrivate, before.PublicKeyOf(own));
        foreach (JsonElement path in member.Items("path_secrets"))
        {
            _ = TreeKem.TakeOver(before, keys, [path.Number("node")], path.Hex("path_secret"));
        }

        return keys.CopyFor(after);
    }

    private static IEnumerable<uint> Nodes(RatchetTree tree) => Enumerable.Range(0, (int)tree.NodeCount).Select(node => (uint)node);

    private static uint? Relation(JsonElement item, string name, uint node)
    {
        JsonElement value = item.GetProperty(name)[(int)node];
        return value.ValueKind == JsonValueKind.Null ? null : value.GetUInt32();
    }
}
