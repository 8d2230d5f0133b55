using System.Collections.Frozen;

using XChat.Protocol.Accounts;
using XChat.Protocol.Delivery;

namespace XChat.Frontend.RateLimits;

/// <summary>What each hub call takes out of which bucket of its device. 1 is a message: one grain call and a row.</summary>
internal static class RateLimitPolicy
{
    /// <summary>The largest weight below, which a bucket has to be able to hold.</summary>
    public const int HeaviestCall = 20;

    private static readonly FrozenDictionary<string, Cost> Costs = new Dictionary<string, Cost>
    {
        [nameof(IChatHub.FindAccountByHandle)] = new(Bucket.Lookups, 1),
        [nameof(IChatHub.FindAccount)] = new(Bucket.Lookups, 1),
        // Every signature in them is verified, and every conversation of the account is told.
        [nameof(IChatHub.PublishDeviceList)] = new(Bucket.Calls, 20),
        [nameof(IChatHub.PublishKeyPackages)] = new(Bucket.Calls, 20),
        // Each user named counts.
        [nameof(IChatHub.ClaimKeyPackages)] = new(Bucket.Claims, 1),
        // A transaction with up to hundreds of rows and megabytes.
        [nameof(IChatHub.CreateConversation)] = new(Bucket.Calls, 20),
        [nameof(IChatHub.RestartGroup)] = new(Bucket.Calls, 20),
        [nameof(IChatHub.CommitEpoch)] = new(Bucket.Calls, 10),
        [nameof(IChatHub.SendMessage)] = new(Bucket.Calls, 1),
        [nameof(IChatHub.DeleteMessage)] = new(Bucket.Calls, 1),
        // Rare in practice, and each goes to every member.
        [nameof(IChatHub.ReportEpoch)] = new(Bucket.Calls, 5),
        [nameof(IChatHub.ChangeRole)] = new(Bucket.Calls, 5),
        [nameof(IChatHub.LeaveConversation)] = new(Bucket.Calls, 5),
        [nameof(IChatHub.SetTimer)] = new(Bucket.Calls, 5),
        // Memory only.
        [nameof(IChatHub.AdvanceCursor)] = new(Bucket.Calls, 1),
        [nameof(IChatHub.SendSignal)] = new(Bucket.Calls, 1),
        // Reads of up to a megabyte.
        [nameof(IChatHub.ReadEntries)] = new(Bucket.Calls, 2),
        [nameof(IChatHub.GetConversation)] = new(Bucket.Calls, 2),
        // A look-up may make the log commit; the proofs are computed.
        [nameof(IChatHub.LookUpStatement)] = new(Bucket.Calls, 2),
        [nameof(IChatHub.GetLogHead)] = new(Bucket.Calls, 1),
        [nameof(IChatHub.GetLogKeys)] = new(Bucket.Calls, 1),
        // A transaction with up to a hundred kilobytes; reads of up to a megabyte.
        [nameof(IChatHub.AppendHistory)] = new(Bucket.Calls, 5),
        [nameof(IChatHub.ReadHistory)] = new(Bucket.Calls, 5),
        // A row that a person will read.
        [nameof(IChatHub.ReportMessage)] = new(Bucket.Calls, 20),
        [nameof(IChatHub.ListConversations)] = new(Bucket.Calls, 5),
        [nameof(IChatHub.GetWelcome)] = new(Bucket.Calls, 5),
        // A signature is verified and a row written for good.
        [nameof(IChatHub.Pay)] = new(Bucket.Payments, 1),
        [nameof(IChatHub.ResolvePayment)] = new(Bucket.Payments, 1),
        [nameof(IChatHub.GetBalances)] = new(Bucket.Calls, 2),
        [nameof(IChatHub.GetTransfer)] = new(Bucket.Calls, 2),
        // A filtered page may look through thousands of entries.
        [nameof(IChatHub.GetStatement)] = new(Bucket.Calls, 5),
        [nameof(IChatHub.OpenDispute)] = new(Bucket.Payments, 1),
        [nameof(IChatHub.WithdrawDispute)] = new(Bucket.Payments, 1),
        [nameof(IChatHub.GetDispute)] = new(Bucket.Calls, 2),
        // Rows for each share, and a card that goes to every member.
        [nameof(IChatHub.CreateRedPacket)] = new(Bucket.Payments, 1),
        [nameof(IChatHub.RequestPayment)] = new(Bucket.Payments, 1),
        [nameof(IChatHub.OpenRedPacket)] = new(Bucket.Calls, 5),
        [nameof(IChatHub.AnswerRequest)] = new(Bucket.Calls, 5),
        // Up to a thousand shares each.
        [nameof(IChatHub.GetRedPacket)] = new(Bucket.Calls, 2),
        [nameof(IChatHub.GetPaymentRequest)] = new(Bucket.Calls, 2),
        [nameof(IChatHub.ListPaymentRequests)] = new(Bucket.Calls, 5),
        // A row for good and a call to the rail.
        [nameof(IChatHub.Deposit)] = new(Bucket.Payments, 1),
        [nameof(IChatHub.Withdraw)] = new(Bucket.Payments, 1),
        // A signature is verified and a row written for good.
        [nameof(IChatHub.RedeemPayerCode)] = new(Bucket.Payments, 1),
        // Memory, or one row.
        [nameof(IChatHub.ListRails)] = new(Bucket.Calls, 1),
        [nameof(IChatHub.GetRailPayment)] = new(Bucket.Calls, 2),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public enum Bucket
    {
        Calls,
        Lookups,
        Claims,
        Payments,
    }

    public static Cost Of(string method, IReadOnlyList<object?> arguments)
    {
        Cost cost = Costs[method];
        return arguments is [ClaimKeyPackagesRequest { Users.Count: var users }]
            ? cost with { Weight = Math.Clamp(users, 1, Protocol.Limits.ClaimsPerCall) }
            : cost;
    }

    public readonly record struct Cost(Bucket Bucket, int Weight);
}
