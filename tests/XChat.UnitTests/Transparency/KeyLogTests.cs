using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Transparency;

namespace XChat.UnitTests.Transparency;

/// <summary>What the key log proves, and that it proves nothing else.</summary>
public sealed class KeyLogTests
{
    [Fact]
    public void Every_entry_of_every_size_is_proven_and_no_other()
    {
        MerkleLog log = new();
        List<byte[]> hashes = [];
        for (int size = 1; size <= 40; size++)
        {
            hashes.Add(MerkleProof.LeafHash([(byte)size]));
            log.Append(hashes[^1]);
            byte[] root = log.Root(size);
            for (int index = 0; index < size; index++)
            {
                IReadOnlyList<byte[]> proof = log.ProveInclusion(index, size);
                Assert.True(MerkleProof.VerifyInclusion(index, size, hashes[index], proof, root));
                Assert.False(MerkleProof.VerifyInclusion(index, size, hashes[(index + 1) % size], proof, root) && size > 1);
            }
        }
    }

    [Fact]
    public void Every_size_continues_every_earlier_one_and_no_other_log()
    {
        (MerkleLog log, MerkleLog other) = (new(), new());
        for (byte at = 0; at < 40; at++)
        {
            log.Append(MerkleProof.LeafHash([at]));
            other.Append(MerkleProof.LeafHash([at, 1]));
        }

        for (int size = 1; size <= 40; size++)
        {
            for (int old = 0; old <= size; old++)
            {
                IReadOnlyList<byte[]> proof = log.ProveConsistency(old, size);
                Assert.True(MerkleProof.VerifyConsistency(old, size, log.Root(old), log.Root(size), proof));
                Assert.False(old > 0 && MerkleProof.VerifyConsistency(old, size, other.Root(old), log.Root(size), proof));
            }
        }
    }

    [Fact]
    public void A_truncated_log_grows_again_as_if_nothing_had_been()
    {
        (MerkleLog log, MerkleLog straight) = (new(), new());
        for (byte at = 0; at < 29; at++)
        {
            log.Append(MerkleProof.LeafHash([at]));
        }

        log.Truncate(13);
        for (byte at = 0; at < 31; at++)
        {
            byte[] hash = MerkleProof.LeafHash([at, 7]);
            straight.Append(at < 13 ? MerkleProof.LeafHash([at]) : hash);
            if (at >= 13)
            {
                log.Append(hash);
            }
        }

        Assert.Equal(straight.Root(31), log.Root(31));
    }

    [Fact]
    public void The_map_proves_the_newest_statement_of_each_label_and_only_that()
    {
        KeyLog log = new();
        for (int at = 0; at < 300; at++)
        {
            Assert.Null(log.Append(Next(log, $"user{at}", 1)));
        }

        KeyLogState old = log.State;
        byte[] oldStatement = Next(log, "user7", 1);
        Assert.Null(log.Append(Next(log, "user7", 2)));
        LogHead head = log.Head(log.State, 5);
        byte[] newest = Statements[^1];
        LookupProof proof = log.Prove(log.State, "user7")!;

        Assert.True(proof.Verify(head, "user7", newest, out AccountStatement? read));
        Assert.Equal(2, read.Version);
        Assert.False(proof.Verify(head, "user8", newest, out _));
        Assert.False(log.Prove(old, "user7")!.Verify(head, "user7", oldStatement, out _));
        Assert.False((proof with { Path = proof.Path[33..] }).Verify(head, "user7", newest, out _));
        Assert.False((proof with { Path = [.. proof.Path, 1] }).Verify(head, "user7", newest, out _));
        Assert.False((proof with { Index = 3 }).Verify(head, "user7", newest, out _));
        Assert.Null(log.Prove(log.State, "nobody"));
    }

    [Fact]
    public void The_map_does_not_depend_on_the_order_in_which_labels_came()
    {
        LatestStatement[] latest = [.. Enumerable.Range(0, 64).Select(at => new LatestStatement(at, 1, SHA256.HashData([(byte)at])))];
        PrefixTree forward = latest.Aggregate(PrefixTree.Empty, (tree, next) => tree.With(next.StatementHash, next));
        PrefixTree backward = latest.Reverse().Aggregate(PrefixTree.Empty, (tree, next) => tree.With(next.StatementHash, next));

        Assert.Equal(forward.Root, backward.Root);
        Assert.All(latest, next => Assert.True(PrefixTree.Verify(forward.Root, next.StatementHash, next, forward.Prove(next.StatementHash))));
        Assert.All(latest, next => Assert.Equal(next, forward.Find(next.StatementHash)));
    }

    [Fact]
    public void A_statement_that_does_not_follow_is_not_appended()
    {
        KeyLog log = new();
        Assert.Null(log.Append(Next(log, "alice", 3)));
        LogHead before = log.Head(log.State, 1);

        Assert.NotNull(log.Append(Next(log, "alice", 3)));
        Assert.NotNull(log.Append(Next(log, "alice", 2)));
        Assert.NotNull(log.Append(Statement("alice", 4, AccountStatement.NoPrevious)));
        Assert.NotNull(log.Append(Statement("bob", 1, new byte[32].Select(_ => (byte)1).ToArray())));
        Assert.NotNull(log.Append([1, 2, 3]));

        Assert.True(before.SameLog(log.Head(log.State, 1)));
    }

    [Fact]
    public void Statements_and_heads_read_back_and_hostile_bytes_are_refused()
    {
        byte[] statement = Statement("alice", 1, AccountStatement.NoPrevious);
        using Key key = Key.Create(SignatureAlgorithm.Ed25519);
        byte[] head = SignedLogHead.Sign(key, 1, new LogHead(9, new byte[32], new byte[32], 7)).Encode();
        Assert.True(AccountStatement.TryDecode(statement, out AccountStatement? read));
        Assert.Equal(statement, read.Encode());
        Assert.True(SignedLogHead.TryDecode(head, out SignedLogHead? signed));
        Assert.True(signed.Verify(LogKey.First(key).PublicKey));
        for (int at = 0; at < head.Length; at++)
        {
            byte[] changed = [.. head];
            changed[at] ^= 1;
            Assert.False(SignedLogHead.TryDecode(changed, out SignedLogHead? other) && other.Verify(LogKey.First(key).PublicKey));
        }

        for (int length = 0; length < statement.Length; length++)
        {
            Assert.False(AccountStatement.TryDecode(statement.AsSpan(0, length), out _));
        }

        Assert.False(AccountStatement.TryDecode([.. statement, 0], out _));
    }

    [Fact]
    public void A_new_signing_key_is_followed_only_by_endorsement()
    {
        using Key first = Key.Create(SignatureAlgorithm.Ed25519);
        using Key second = Key.Create(SignatureAlgorithm.Ed25519);
        using Key third = Key.Create(SignatureAlgorithm.Ed25519);
        LogKey one = LogKey.First(first);
        LogKey two = one.Endorse(first, second);
        LogKey three = two.Endorse(second, third);
        LogKey foreign = one.Endorse(third, second);

        Assert.Equal(three, LogKey.Follow(one, 3, [three, two, one]));
        Assert.Equal(one, LogKey.Follow(one, 1, []));
        Assert.Null(LogKey.Follow(one, 3, [three, one]));
        Assert.Null(LogKey.Follow(one, 2, [foreign]));
        Assert.Null(LogKey.Follow(three, 2, [one, two]));
    }

    private List<byte[]> Statements { get; } = [];

    private byte[] Next(KeyLog log, string label, long version)
    {
        byte[] statement = Statement(
            label, version, log.State.Map.Find(AccountStatement.KeyOf(label))?.StatementHash ?? AccountStatement.NoPrevious);
        Statements.Add(statement);
        return statement;
    }

    private static byte[] Statement(string label, long version, byte[] previous) =>
        new AccountStatement(label, new Guid(SHA256.HashData([(byte)label.Length])[..16]), new byte[32], version, new byte[32], previous).Encode();
}
