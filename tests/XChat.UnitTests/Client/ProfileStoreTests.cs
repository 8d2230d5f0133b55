using System.Text;

using Microsoft.Data.Sqlite;

using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Client.Store;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Client;

/// <summary>The encrypted store of a profile.</summary>
public sealed class ProfileStoreTests : IDisposable
{
    private readonly TemporaryProfile _profile = new();

    public void Dispose() => _profile.Dispose();

    [Fact]
    public void What_was_written_is_there_after_reopening()
    {
        OutboxItem item = Item("hello");
        StoredMessage message = Message(7, "seen");
        using (ProfileStore first = ProfileStore.Open(_profile.Path))
        {
            first.Write(transaction =>
            {
                transaction.Add(item);
                transaction.Put(message);
                transaction.PutGroup(message.Conversation, [1, 2, 3]);
                transaction.PutSetting("server", "http://example.test");
            });
        }

        using ProfileStore second = ProfileStore.Open(_profile.Path);

        Assert.Equivalent(item, second.Read(transaction => transaction.Waiting(item.Message)), strict: true);
        Assert.Equivalent(message, Assert.Single(second.Read(transaction => transaction.Messages(message.Conversation, long.MaxValue, 10))), strict: true);
        Assert.Equal([1, 2, 3], second.Read(transaction => transaction.Group(message.Conversation)));
        Assert.Equal("http://example.test", second.Read(transaction => transaction.Setting<string>("server")));
    }

    [Fact]
    public void What_the_history_told_of_a_conversation_stays_when_a_session_stores_it_without_knowing()
    {
        Guid id = Guid.NewGuid(), peer = Guid.NewGuid();
        StoredConversation unknowing = new(id, ConversationType.Group, Guid.NewGuid(), ConversationStage.Joined, 9, 2, string.Empty, Guid.Empty, 9);
        using ProfileStore store = ProfileStore.Open(_profile.Path);

        store.Write(transaction => transaction.Put(
            unknowing with { Stage = ConversationStage.Waiting, Name = "the team", NameSeq = 3, Peer = peer, ReadSeq = 5 }));
        store.Write(transaction => transaction.Put(unknowing));

        Assert.Equal(unknowing with { Name = "the team", NameSeq = 3, Peer = peer, ReadSeq = 5 }, store.Read(transaction => transaction.Conversation(id)));
        store.Write(transaction => transaction.Put(unknowing with { Name = "renamed", NameSeq = 7, ReadSeq = 6 }));
        store.Write(transaction => transaction.Put(unknowing with { Name = "as it was called before", NameSeq = 2 }));
        Assert.Equal(("renamed", 6), store.Read(transaction => (transaction.Conversation(id)!.Name, transaction.Conversation(id)!.ReadSeq)));
    }

    [Fact]
    public void No_file_of_the_profile_holds_what_was_written_in_the_clear()
    {
        const string secret = "the launch code is tangerine";
        using (ProfileStore store = ProfileStore.Open(_profile.Path))
        {
            store.Write(transaction =>
            {
                transaction.Put(Message(1, secret));
                transaction.Add(Item(secret));
                transaction.PutSetting("note", secret);
            });
            Assert.DoesNotContain(Directory.GetFiles(_profile.Path, "profile.db*"), file => Holds(file, secret));
        }

        Assert.DoesNotContain(Directory.GetFiles(_profile.Path), file => Holds(file, secret));
    }

    [Fact]
    public void A_transaction_that_fails_leaves_nothing()
    {
        using ProfileStore store = ProfileStore.Open(_profile.Path);
        OutboxItem item = Item("half");

        Assert.Throws<InvalidOperationException>(() => store.Write(transaction =>
        {
            transaction.PutGroup(item.Conversation, [1]);
            transaction.Add(item);
            throw new InvalidOperationException("crash");
        }));

        Assert.Null(store.Read(transaction => transaction.Group(item.Conversation)));
        Assert.Empty(store.Read(transaction => transaction.Outbox()));
    }

    [Fact]
    public void A_profile_that_is_open_is_refused_to_others_by_name()
    {
        using ProfileStore store = ProfileStore.Open(_profile.Path);

        XChatException refused = Assert.Throws<XChatException>(() => ProfileStore.Open(_profile.Path));

        Assert.Equal(ClientErrorReason.ProfileInUse, refused.Reason);
        Assert.Contains(_profile.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_without_its_key_is_refused_and_kept()
    {
        ProfileStore.Open(_profile.Path).Dispose();
        File.Delete(Path.Combine(_profile.Path, "profile.key"));

        XChatException refused = Assert.Throws<XChatException>(() => ProfileStore.Open(_profile.Path));

        Assert.Equal(ClientErrorReason.ProfileDamaged, refused.Reason);
        Assert.True(File.Exists(Path.Combine(_profile.Path, "profile.db")));
    }

    [Fact]
    public void A_value_moved_to_another_row_does_not_open()
    {
        Guid conversation = Guid.CreateVersion7();
        using (ProfileStore store = ProfileStore.Open(_profile.Path))
        {
            store.Write(transaction => transaction.Put(Message(1, "one") with { Conversation = conversation }));
            store.Write(transaction => transaction.Put(Message(2, "two") with { Conversation = conversation }));
        }

        Run("UPDATE message SET value = (SELECT value FROM message WHERE seq = 1) WHERE seq = 2");
        using ProfileStore damaged = ProfileStore.Open(_profile.Path);

        XChatException refused = Assert.Throws<XChatException>(() => damaged.Read(transaction => transaction.Message(conversation, 2)));
        Assert.Equal(ClientErrorReason.ProfileDamaged, refused.Reason);
    }

    [Fact]
    public void A_profile_of_a_newer_version_is_refused()
    {
        ProfileStore.Open(_profile.Path).Dispose();
        Run($"PRAGMA user_version = {StoreSchema.Version + 1}");

        Assert.Equal(ClientErrorReason.ProfileTooNew, Assert.Throws<XChatException>(() => ProfileStore.Open(_profile.Path)).Reason);
    }

    [Fact]
    public void A_profile_of_the_first_version_gets_what_later_ones_added()
    {
        ProfileStore.Open(_profile.Path).Dispose();
        Run("DROP TABLE payment; DROP TABLE history_due; PRAGMA user_version = 1");
        using ProfileStore brought = ProfileStore.Open(_profile.Path);

        Assert.Empty(brought.Read(transaction => transaction.Payments()));
    }

    [Fact]
    public void Only_its_owner_may_read_the_key()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such file modes.");
            return;
        }

        ProfileStore.Open(_profile.Path).Dispose();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_profile.Path, "profile.key")));
    }

    [Fact]
    public void The_outbox_keeps_its_order_and_messages_are_paged_backward()
    {
        using ProfileStore store = ProfileStore.Open(_profile.Path);
        Guid conversation = Guid.CreateVersion7();
        OutboxItem[] items = [.. Enumerable.Range(0, 5).Select(number => Item($"{number}") with { Conversation = conversation })];
        store.Write(transaction =>
        {
            foreach (OutboxItem item in items)
            {
                transaction.Add(item);
            }

            for (int seq = 1; seq <= 9; seq++)
            {
                transaction.Put(Message(seq, $"{seq}") with { Conversation = conversation });
            }

            transaction.Update(items[0] with { Attempted = true });
        });

        Assert.Equal(items.Select(item => item.Message), store.Read(transaction => transaction.Outbox(conversation)).Select(item => item.Message));
        Assert.Equal([4, 5, 6], store.Read(transaction => transaction.Messages(conversation, 7, 3)).Select(message => message.Seq));
    }

    [Fact]
    public void Messages_past_their_time_are_gone()
    {
        using ProfileStore store = ProfileStore.Open(_profile.Path);
        StoredMessage kept = Message(1, "kept");
        StoredMessage timed = kept with { Seq = 2, ExpiresAtMs = 1_000 };
        store.Write(transaction =>
        {
            transaction.Put(kept);
            transaction.Put(timed);
        });

        store.Write(transaction => Assert.Equal(0, transaction.DropExpiredMessages(999)));
        store.Write(transaction => Assert.Equal(1, transaction.DropExpiredMessages(1_000)));

        Assert.Equal([1], store.Read(transaction => transaction.Messages(kept.Conversation, 99, 9)).Select(message => message.Seq));
    }

    [Fact]
    public void The_same_warning_is_kept_once()
    {
        using ProfileStore store = ProfileStore.Open(_profile.Path);
        SecurityWarning warning = new(SecurityWarningKind.GhostDevice, Guid.NewGuid(), Guid.NewGuid(), "a device", 1);

        store.Write(transaction => Assert.True(transaction.Add(warning)));
        store.Write(transaction => Assert.False(transaction.Add(warning with { TimeMs = 2 })));

        Assert.Equal(warning, Assert.Single(store.Read(transaction => transaction.Warnings())));
    }

    private static OutboxItem Item(string text) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), Encoding.UTF8.GetBytes(text), 5, [9, 9], Guid.CreateVersion7(), 3, false,
        ConversationStatus.Unspecified);

    private static StoredMessage Message(long seq, string text) => new(
        Guid.CreateVersion7(), seq, Guid.CreateVersion7(), Guid.NewGuid(), Guid.NewGuid(), 12, 0, MessageKind.Content, Encoding.UTF8.GetBytes(text), [], 0);

    private static bool Holds(string file, string text)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private void Run(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(_profile.Path, "profile.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }
}
