using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.RedPackets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Wallets;

/// <summary>What the database refuses of red packets and requests, whatever a grain decided.</summary>
public sealed class RedPacketFenceTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_activations_one_claims_and_the_other_changes_nothing()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        PostgresRedPacketStore store = new(database.DataSource);
        Guid packet = await FillAsync(store, 1_00, 2);

        bool first = await store.ClaimAsync(packet, 0, [Claim(UserId.New(), 40)], Now, Cancelled);
        bool stale = await store.ClaimAsync(packet, 0, [Claim(UserId.New(), 50)], Now, Cancelled);
        bool staleEnd = await store.EndAsync(packet, 0, Now, Cancelled);
        bool end = await store.EndAsync(packet, 1, Now, Cancelled);
        bool afterEnd = await store.ClaimAsync(packet, 1, [Claim(UserId.New(), 60)], Now, Cancelled);
        bool endedTwice = await store.EndAsync(packet, 1, Now, Cancelled);

        Assert.Equal((true, false, false, true, false, false), (first, stale, staleEnd, end, afterEnd, endedTwice));
        StoredRedPacket stored = (await store.LoadAsync(packet, Cancelled))!;
        Assert.Equal((1, 60L, RedPacketStage.Ended), (stored.Claims.Count, stored.RefundMinorUnits, stored.Stage));
    }

    [Fact]
    public async Task No_person_claims_twice_and_no_claims_exceed_the_packet()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        PostgresRedPacketStore store = new(database.DataSource);
        Guid packet = await FillAsync(store, 1_00, 2);
        UserId person = UserId.New();
        await store.ClaimAsync(packet, 0, [Claim(person, 40)], Now, Cancelled);

        await RefusedAsync("red_packet_claim_person", store.ClaimAsync(packet, 1, [Claim(person, 60)], Now, Cancelled));
        await RefusedAsync("red_packet", store.ClaimAsync(packet, 1, [Claim(UserId.New(), 61)], Now, Cancelled));
        await RefusedAsync("red_packet_last_takes_rest", store.ClaimAsync(packet, 1, [Claim(UserId.New(), 59)], Now, Cancelled));
        await RefusedAsync("red_packet", store.ClaimAsync(packet, 1, [Claim(UserId.New(), 30), Claim(UserId.New(), 30)], Now, Cancelled));
        Assert.Single((await store.LoadAsync(packet, Cancelled))!.Claims);
    }

    [Fact]
    public async Task Shares_that_do_not_add_up_to_the_total_are_not_stored()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        PostgresPaymentRequestStore store = new(database.DataSource);
        Grains.Wallets.PaymentRequests.StoredRequest request = new(
            Guid.NewGuid(), ConversationId.New(), UserId.New(), Split: true, new Currency("EUR"), 1_00, Ms(Now), Ms(Now.AddDays(7)), 0,
            [new(UserId.New(), 50, ShareState.Open, null), new(UserId.New(), 49, ShareState.Open, null)]);

        await RefusedAsync(string.Empty, store.CreateAsync(request, Cancelled));
        Assert.Null(await store.LoadAsync(request.Request, Cancelled));
    }

    private static async Task<Guid> FillAsync(PostgresRedPacketStore store, long minorUnits, int count)
    {
        StoredRedPacket packet = new(
            Guid.NewGuid(), UserId.New(), ConversationId.New(), RedPacketMode.Equal, new Currency("EUR"), minorUnits, count, Ms(Now), Ms(Now.AddDays(1)), [1],
            RedPacketStage.Filling, default, 0, []);
        Assert.True(await store.CreateAsync(packet, Now, Cancelled));
        Assert.False(await store.CreateAsync(packet, Now, Cancelled));
        Assert.True(await store.SetFundingAsync(packet.Packet, WalletStatus.Accepted, Now, Cancelled));
        Assert.False(await store.SetFundingAsync(packet.Packet, WalletStatus.InsufficientFunds, Now, Cancelled));
        return packet.Packet;
    }

    private static async Task RefusedAsync(string constraint, Task<bool> write)
    {
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => write);
        Assert.StartsWith("23", refused.SqlState, StringComparison.Ordinal);
        Assert.StartsWith(constraint, refused.ConstraintName ?? string.Empty, StringComparison.Ordinal);
    }

    private static RedPacketClaim Claim(UserId user, long minorUnits) => new(user, minorUnits, Ms(Now));

    private static long Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
