using XChat.Crypto.Mls;

namespace XChat.UnitTests.Mls;

/// <summary>What members of a group rely on.</summary>
public sealed class GroupTests
{
    [Theory]
    [InlineData(MlsCipherSuite.X25519Aes128GcmSha256Ed25519)]
    [InlineData(MlsCipherSuite.X25519ChaCha20Poly1305Sha256Ed25519)]
    public void Everyone_reads_everyone(MlsCipherSuite suite)
    {
        List<TestMember> members = TestMember.GroupOf(suite, "alice", "bob", "carol");
        foreach (TestMember sender in members)
        {
            byte[] message = sender.Encrypt($"from {sender.Name}");
            Assert.All(members.Where(reader => reader != sender), reader => Assert.Equal($"from {sender.Name}", reader.Decrypt(message)));
        }
    }

    [Fact]
    public void A_received_message_names_its_sender_and_epoch_and_its_open_data()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        byte[] message = members[0].Group.Encrypt([1, 2, 3], [9], paddedSize: 0);
        MlsApplication received = Assert.IsType<MlsApplication>(members[1].Group.Process(message, TestMember.Anyone));
        Assert.Equal(members[0].Identity, received.Sender.Identity);
        Assert.Equal([1, 2, 3], received.Plaintext);
        Assert.Equal([9], received.AuthenticatedData);
        Assert.Equal(1, received.Epoch);
    }

    [Fact]
    public void Padding_hides_the_length()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        Assert.Equal(members[0].Encrypt("a").Length, members[0].Encrypt(new string('a', 60)).Length);
    }

    [Fact]
    public void Messages_may_come_out_of_order_but_never_twice()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        List<byte[]> messages = [.. Enumerable.Range(0, 20).Select(i => members[0].Encrypt($"{i}"))];
        foreach (int i in Enumerable.Range(0, 20).Reverse())
        {
            Assert.Equal($"{i}", members[1].Decrypt(messages[i]));
            members[1].Restart();
        }

        Assert.All(messages, message => Assert.Equal(MlsError.Replayed, Refused(members[1], message)));
    }

    [Fact]
    public void Messages_of_three_former_epochs_still_open_and_older_ones_do_not()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        List<byte[]> late = [];
        for (int i = 0; i <= MlsGroup.PastEpochsKept + 1; i++)
        {
            late.Add(members[0].Encrypt($"{i}"));
            Advance(members, members[0], [], []);
        }

        late.Add(members[0].Encrypt("now"));
        members[1].Restart();
        Assert.All(late.Take(2), message => Assert.Equal(MlsError.WrongEpoch, Refused(members[1], message)));
        Assert.Equal(["2", "3", "4", "now"], late.Skip(2).Select(members[1].Decrypt));
    }

    [Fact]
    public void A_removed_member_reads_nothing_that_is_sent_after_and_a_new_one_nothing_from_before()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob", "mallory");
        TestMember mallory = members[2];
        byte[] before = members[0].Encrypt("before");
        byte[] state = mallory.Group.Serialize();
        PendingCommit commit = members[0].Commit([], [mallory.Group.OwnLeaf]);
        members[0].Group.Merge(commit);
        Assert.Equal("mallory", System.Text.Encoding.UTF8.GetString(Assert.Single(members[1].Follow(commit.Message).Removed).Identity));
        Assert.True(mallory.Follow(commit.Message).SelfRemoved);
        byte[] after = members[0].Encrypt("after");

        mallory.Restore(state);
        Assert.Equal("before", mallory.Decrypt(before));
        Assert.Equal(MlsError.WrongEpoch, Refused(mallory, after));

        using TestMember carol = new("carol");
        PendingCommit add = members[1].Commit([carol.NewKeyPackage()], []);
        members[1].Group.Merge(add);
        _ = members[0].Follow(add.Message);
        carol.Join(add.Welcome!);
        Assert.Equal(MlsError.WrongEpoch, Refused(carol, after));
        Assert.Equal("hello", carol.Decrypt(members[0].Encrypt("hello")));
    }

    [Fact]
    public void A_lost_race_is_dropped_and_made_again()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob", "carol");
        PendingCommit won = members[0].Commit([], []);
        PendingCommit lost = members[1].Commit([], []);
        lost.Dispose();
        members[0].Group.Merge(won);
        _ = members[1].Follow(won.Message);
        _ = members[2].Follow(won.Message);
        Assert.Equal(MlsError.WrongEpoch, Refused(members[2], lost.Message));
        Advance(members, members[1], [], []);
        Assert.Equal("x", members[2].Decrypt(members[1].Encrypt("x")));
    }

    [Fact]
    public void A_pending_commit_survives_a_restart_and_messages_that_come_meanwhile()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        using TestMember carol = new("carol");
        byte[] stored = members[0].Commit([carol.NewKeyPackage()], []).Serialize();
        byte[] meanwhile = members[1].Encrypt("meanwhile");
        Assert.Equal("meanwhile", members[0].Decrypt(meanwhile));
        members[0].Restart();

        PendingCommit commit = PendingCommit.Deserialize(stored);
        members[0].Group.Merge(commit);
        _ = members[1].Follow(commit.Message);
        carol.Join(commit.Welcome!);
        Assert.Equal(MlsError.Replayed, Refused(members[0], meanwhile));
        Assert.Equal("hi", carol.Decrypt(members[0].Encrypt("hi")));
        Assert.Equal(members[0].Group.EpochAuthenticator, carol.Group.EpochAuthenticator);
        Assert.Equal(MlsError.WrongEpoch, Assert.Throws<MlsException>(() => members[0].Group.Merge(commit)).Error);
    }

    [Fact]
    public void A_crash_after_the_state_was_stored_never_uses_a_key_twice()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        byte[] first = members[0].Encrypt("first");
        members[0].Restart();
        byte[] second = members[0].Encrypt("second");
        Assert.Equal("second", members[1].Decrypt(second));
        Assert.Equal("first", members[1].Decrypt(first));
    }

    [Fact]
    public void The_stored_state_holds_no_key_of_a_message_that_was_read()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        byte[] message = members[0].Encrypt("read once");
        byte[] before = members[1].Group.Serialize();
        Assert.Equal("read once", members[1].Decrypt(message));
        byte[] after = members[1].Group.Serialize();

        members[1].Restore(after);
        Assert.Equal(MlsError.Replayed, Refused(members[1], message));
        members[1].Restore(before);
        Assert.Equal("read once", members[1].Decrypt(message));
        members[0].Restart();
        Assert.Equal(MlsError.Replayed, Refused(members[0], message));
    }

    [Fact]
    public void A_leaf_that_is_not_certified_refuses_the_commit_and_the_welcome()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        using TestMember ghost = new("ghost");
        using TestMember carol = new("carol");
        bool NoGhosts(byte[] identity, byte[] key) => !identity.AsSpan().SequenceEqual(ghost.Identity);
        byte[] ghostPackage = ghost.NewKeyPackage();
        Assert.Equal(MlsError.NotCertified, Assert.Throws<MlsException>(() => members[0].Group.Commit([ghostPackage], [], NoGhosts)).Error);

        PendingCommit commit = members[0].Commit([ghostPackage, carol.NewKeyPackage()], []);
        Assert.Equal(MlsError.NotCertified, Assert.Throws<MlsException>(() => members[1].Group.Process(commit.Message, NoGhosts)).Error);
        Assert.Equal(1, members[1].Group.Epoch);
    }

    [Fact]
    public void A_commit_of_another_group_or_of_oneself_is_refused()
    {
        List<TestMember> one = TestMember.GroupOf("alice", "bob");
        List<TestMember> other = TestMember.GroupOf("alice", "bob");
        PendingCommit commit = one[0].Commit([], []);
        Assert.Equal(MlsError.WrongGroup, Refused(other[1], commit.Message));
        Assert.Equal(MlsError.WrongGroup, Refused(other[1], one[0].Encrypt("x")));
        Assert.Equal(MlsError.OwnCommit, Refused(one[0], commit.Message));
        Assert.Equal(MlsError.WrongGroup, Assert.Throws<MlsException>(() => other[0].Group.Merge(commit)).Error);
    }

    [Fact]
    public void Members_export_the_same_secret_and_know_the_same_members()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob", "carol");
        Assert.Equal(members[0].Group.ExportSecret("call", [1], 32), members[2].Group.ExportSecret("call", [1], 32));
        Assert.NotEqual(members[0].Group.ExportSecret("call", [1], 32), members[2].Group.ExportSecret("call", [2], 32));
        Assert.Equal(["alice", "bob", "carol"], members[1].Group.Members.Select(member => System.Text.Encoding.UTF8.GetString(member.Identity)));
    }

    internal static void Advance(List<TestMember> members, TestMember committer, IReadOnlyList<byte[]> adds, IReadOnlyList<int> removes)
    {
        PendingCommit commit = committer.Commit(adds, removes);
        committer.Group.Merge(commit);
        members.Where(member => member != committer).ToList().ForEach(member => _ = member.Follow(commit.Message));
    }

    private static MlsError Refused(TestMember member, byte[] message) =>
        Assert.Throws<MlsException>(() => member.Group.Process(message, TestMember.Anyone)).Error;
}
