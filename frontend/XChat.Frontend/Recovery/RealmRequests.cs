using System.Collections.Frozen;
using System.Security.Cryptography;

using MessagePack;

using XChat.Crypto.Recovery;
using XChat.Frontend.Errors;
using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Recovery;
using XChat.Protocol;
using XChat.Protocol.Recovery;

namespace XChat.Frontend.Recovery;

/// <summary>Each operation of a realm: reads the request record, asks the grain, writes the result record.</summary>
internal static class RealmRequests
{
    private const int KeyBytes = 32;
    private const int ProofBytes = DeviceProof.MaxBytes;

    private static readonly MessagePackSerializerOptions Untrusted =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    private static readonly FrozenDictionary<string, Answer> Operations = new Dictionary<string, Answer>
    {
        [RealmOperation.Find] = FindAsync,
        [RealmOperation.Evaluate] = EvaluateAsync,
        [RealmOperation.Release] = ReleaseAsync,
        [RealmOperation.Describe] = DescribeAsync,
        [RealmOperation.Deposit] = DepositAsync,
        [RealmOperation.Refresh] = RefreshAsync,
        [RealmOperation.Activate] = ActivateAsync,
        [RealmOperation.Veto] = VetoAsync,
        [RealmOperation.Delete] = DeleteAsync,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public delegate Task<byte[]> Answer(IClusterClient cluster, Guid realm, RealmCall call);

    public static Answer? Find(string operation) => Operations.GetValueOrDefault(operation);

    private static async Task<byte[]> FindAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        FindRecoveryRequest request = Read<FindRecoveryRequest>(call);
        RecoveryFound found = await cluster.Recovery(KeyOf(realm, request.AccountKey)).Find();
        return Write(new FindRecoveryResult(
            found.Status,
            [.. found.Slots.Select(slot => new RecoverySlotView(slot.Statement, slot.Current))],
            found.GuessesLeft, found.NextAttemptAtMs, found.Difficulty, found.Gated, found.TimeMs));
    }

    private static async Task<byte[]> EvaluateAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        EvaluatePinRequest request = Read<EvaluatePinRequest>(call);
        EvaluatePin evaluate = new(
            Field.BytesOf(request.Version, StretchedPin.VersionSize),
            Field.InRange(request.Generation, 1, int.MaxValue),
            Field.BytesOf(request.BlindedElement, Oprf.ElementSize),
            Field.NotNegative(request.ProofTimeMs),
            request.ProofNonce,
            Field.OptionalBytes(request.Gate, KeyBytes),
            call.Proof.Length == 0 ? null : AuthorityOf(call));
        PinEvaluated evaluated = await cluster.Recovery(KeyOf(realm, request.AccountKey)).Evaluate(evaluate);
        return Write(new EvaluatePinResult(
            evaluated.Status, evaluated.Evaluated, evaluated.Proof, evaluated.GuessesLeft, evaluated.NextAttemptAtMs));
    }

    private static async Task<byte[]> ReleaseAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        ReleaseShareRequest request = Read<ReleaseShareRequest>(call);
        ReleaseShare release = new(
            Field.BytesOf(request.Version, StretchedPin.VersionSize),
            Field.InRange(request.Generation, 1, int.MaxValue),
            Field.BytesOf(request.BlindedElement, Oprf.ElementSize),
            Field.BytesOf(request.Tag, KeyBytes));
        ShareReleased released = await cluster.Recovery(KeyOf(realm, request.AccountKey)).Release(release);
        return Write(new ReleaseShareResult(released.Status, released.ScalarShare, released.Ciphertext, released.GuessesLeft));
    }

    private static async Task<byte[]> DescribeAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        DescribeRecoveryRequest request = Read<DescribeRecoveryRequest>(call);
        DescribeRecovery describe = new(AuthorityOf(call));
        RecoveryDescription there = await cluster.RecoveryUpkeep(KeyOf(realm, request.AccountKey)).Describe(describe);
        return Write(new DescribeRecoveryResult(
            there.Status, there.Revision, there.Current, there.Next, there.GuessesLeft, there.NextAttemptAtMs, there.VetoedUntilMs,
            [.. there.Attempts.Select(attempt => new RecoveryAttemptView(attempt.Position, attempt.AtMs, attempt.Outcome, attempt.Device))],
            there.TimeMs));
    }

    private static Task<byte[]> DepositAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        DepositRecoveryRequest request = Read<DepositRecoveryRequest>(call);
        DepositRecovery deposit = new(
            AuthorityOf(call),
            Field.Bytes(request.Statement, RecoveryStatement.MaxSignedBytes),
            Field.BytesOf(request.OprfShare, KeyBytes),
            Field.BytesOf(request.ScalarShare, KeyBytes),
            Field.BytesOf(request.Tag, KeyBytes),
            Field.BytesOf(request.Ciphertext, PinVault.CiphertextSize),
            request.Gate is null ? null : Field.BytesOf(request.Gate, KeyBytes));
        return WriteAsync(cluster.RecoveryUpkeep(KeyOf(realm, request.AccountKey)).Deposit(deposit));
    }

    private static Task<byte[]> RefreshAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        RefreshRecoveryRequest request = Read<RefreshRecoveryRequest>(call);
        RefreshRecovery refresh = new(
            AuthorityOf(call),
            Field.Bytes(request.Statement, RecoveryStatement.MaxSignedBytes),
            Field.BytesOf(request.OprfDelta, KeyBytes),
            Field.BytesOf(request.ScalarDelta, KeyBytes));
        return WriteAsync(cluster.RecoveryUpkeep(KeyOf(realm, request.AccountKey)).Refresh(refresh));
    }

    private static Task<byte[]> ActivateAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        ActivateRecoveryRequest request = Read<ActivateRecoveryRequest>(call);
        ActivateRecovery activate = new(AuthorityOf(call), Field.BytesOf(request.StatementHash, KeyBytes));
        return WriteAsync(cluster.RecoveryUpkeep(KeyOf(realm, request.AccountKey)).Activate(activate));
    }

    private static Task<byte[]> VetoAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        VetoRecoveryRequest request = Read<VetoRecoveryRequest>(call);
        VetoRecovery veto = new(AuthorityOf(call));
        return WriteAsync(cluster.RecoveryUpkeep(KeyOf(realm, request.AccountKey)).Veto(veto));
    }

    private static Task<byte[]> DeleteAsync(IClusterClient cluster, Guid realm, RealmCall call)
    {
        DeleteRecoveryRequest request = Read<DeleteRecoveryRequest>(call);
        DeleteRecovery delete = new(AuthorityOf(call));
        return WriteAsync(cluster.RecoveryUpkeep(KeyOf(realm, request.AccountKey)).Delete(delete));
    }

    private static RecoveryKey KeyOf(Guid realm, byte[]? accountKey) => new(realm, Field.BytesOf(accountKey, KeyBytes));

    /// <summary>The proof covers the bytes that were sent, not what was read from them.</summary>
    private static DeviceAuthority AuthorityOf(RealmCall call)
    {
        byte[] proof = call.Proof;
        return new DeviceAuthority(Field.Bytes(proof, ProofBytes), SHA256.HashData(call.Body));
    }

    private static T Read<T>(RealmCall call)
        where T : class
    {
        try
        {
            return Field.Required(MessagePackSerializer.Deserialize<T>(call.Body, Untrusted), "request");
        }
        catch (MessagePackSerializationException)
        {
            throw new CallRefusedException(ErrorReason.InvalidArgument, "The call cannot be read as the request record of its operation, in MessagePack.");
        }
    }

    private static byte[] Write<T>(T result) => MessagePackSerializer.Serialize(result, MessagePackSerializerOptions.Standard);

    private static async Task<byte[]> WriteAsync(Task<RecoveryChanged> change)
    {
        RecoveryChanged changed = await change;
        return Write(new ChangeRecoveryResult(changed.Status, changed.Revision));
    }
}
