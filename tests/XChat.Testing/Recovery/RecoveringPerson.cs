using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Crypto.Recovery;
using XChat.GrainInterfaces.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Testing.Recovery;

/// <summary>An account with real keys and one device, before the grains of three realms; also whatever a stranger who knows the account key can send.</summary>
public sealed class RecoveringPerson(RecoveryCluster cluster) : IDisposable
{
    /// <summary>Realms that a recovery needs.</summary>
    public const int Threshold = 2;

    /// <summary>
    /// Far below what clients use, because tests try thousands of PINs: Argon2id with 64 KiB and one pass.
    /// </summary>
    public static PinCost Cost { get; } = new(64, 1);

    private static readonly byte[] NoBody = [];

    private readonly Key _device = Key.Create(SignatureAlgorithm.Ed25519);

    /// <summary>The account's keys.</summary>
    public AccountKeys Keys { get; } = AccountKeys.Generate();

    /// <summary>The device.</summary>
    public Guid Device { get; } = Guid.CreateVersion7();

    /// <summary>The version of the device list that the device shows.</summary>
    public long ListVersion { get; set; } = 1;

    /// <summary>The statement that was deposited last.</summary>
    public RecoveryStatement Statement { get; private set; } = null!;

    /// <summary>The same, as it was signed.</summary>
    public byte[] SignedStatement { get; private set; } = [];

    /// <summary>The record at a realm, by the realm's place.</summary>
    public RecoveryKey KeyAt(int realm) => new(cluster.Realms[realm].Realm, Keys.PublicKey);

    /// <summary>For guesses.</summary>
    public IRecoveryGrain GuessesAt(int realm) => cluster.Grains.Recovery(KeyAt(realm));

    /// <summary>For the device.</summary>
    public IRecoveryUpkeepGrain UpkeepAt(int realm) => cluster.Grains.RecoveryUpkeep(KeyAt(realm));

    /// <summary>Sets a PIN at all realms.</summary>
    public async Task SetPinAsync(string pin, byte[]? gate = null)
    {
        (byte[] statement, IReadOnlyList<RealmDeposit> deposits) = PinVault.Create(
            Keys, pin, [.. cluster.Realms.Select(realm => realm.Realm)], Threshold, Cost);
        _ = RecoveryStatement.TryVerify(statement, Keys.PublicKey, out RecoveryStatement? read);
        (Statement, SignedStatement) = (read!, statement);
        for (int realm = 0; realm < deposits.Count; realm++)
        {
            RecoveryStatus deposited = await DepositAsync(realm, statement, deposits[realm], gate);
            RecoveryStatus activated = await ActivateAsync(realm);
            if ((deposited, activated) is not (RecoveryStatus.Accepted, RecoveryStatus.Accepted))
            {
                throw new InvalidOperationException($"The PIN was not set: {deposited}, {activated}.");
            }
        }
    }

    /// <summary>Deposits shares, at the revision that is there.</summary>
    public async Task<RecoveryStatus> DepositAsync(int realm, byte[] statement, RealmDeposit deposit, byte[]? gate = null)
    {
        DeviceAuthority authority = Prove(realm, RealmOperation.Deposit, (await DescribeAsync(realm)).Revision);
        return (await UpkeepAt(realm).Deposit(new DepositRecovery(
            authority, statement, deposit.OprfShare, deposit.ScalarShare, deposit.Tag, deposit.Ciphertext, gate))).Status;
    }

    /// <summary>Puts the statement's shares in force.</summary>
    public async Task<RecoveryStatus> ActivateAsync(int realm)
    {
        DeviceAuthority authority = Prove(realm, RealmOperation.Activate, (await DescribeAsync(realm)).Revision);
        return (await UpkeepAt(realm).Activate(new ActivateRecovery(authority, SHA256.HashData(SignedStatement)))).Status;
    }

    /// <summary>Refreshes the shares at all realms.</summary>
    public async Task RefreshAsync()
    {
        (byte[] signed, IReadOnlyList<ShareShift> shifts) = PinVault.Refresh(Keys, Statement);
        for (int realm = 0; realm < shifts.Count; realm++)
        {
            DeviceAuthority authority = Prove(realm, RealmOperation.Refresh, (await DescribeAsync(realm)).Revision);
            _ = await UpkeepAt(realm).Refresh(new RefreshRecovery(authority, signed, shifts[realm].OprfDelta, shifts[realm].ScalarDelta));
        }

        _ = RecoveryStatement.TryVerify(signed, Keys.PublicKey, out RecoveryStatement? next);
        (Statement, SignedStatement) = (next!, signed);
        for (int realm = 0; realm < shifts.Count; realm++)
        {
            _ = await ActivateAsync(realm);
        }
    }

    /// <summary>The state of the record, as the device asks for it.</summary>
    public Task<RecoveryDescription> DescribeAsync(int realm) => UpkeepAt(realm).Describe(new DescribeRecovery(Prove(realm, RealmOperation.Describe, 0)));

    /// <summary>Forbids guesses without a device.</summary>
    public async Task<RecoveryStatus> VetoAsync(int realm) => (await UpkeepAt(realm).Veto(new VetoRecovery(Prove(realm, RealmOperation.Veto, 0)))).Status;

    /// <summary>A device's proof; each part may be wrong.</summary>
    public DeviceAuthority Prove(int realm, string operation, long revision, Guid? audience = null, DateTimeOffset? at = null, Key? signer = null)
    {
        byte[] list = Keys.Sign(new DeviceList(
            Guid.CreateVersion7(), ListVersion, 0, [new CertifiedDeviceEntry(Device, _device.PublicKey.Export(KeyBlobFormat.RawPublicKey), "device")]));
        byte[] proof = DeviceProof.Create(
            signer ?? _device, Device, list, Keys.PublicKey, audience ?? cluster.Realms[realm].Realm, operation,
            (at ?? cluster.Time.GetUtcNow()).ToUnixTimeMilliseconds(), revision, NoBody);
        return new DeviceAuthority(proof, SHA256.HashData(NoBody));
    }

    /// <summary>A guess without a device, with its proof of work.</summary>
    public EvaluatePin GuessOf(int realm, PinAttempt attempt, byte[]? gate = null, bool stamped = true)
    {
        long timeMs = cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();
        long nonce = stamped
            ? RecoveryProof.Solve(
                cluster.Realms[realm].Realm, Keys.PublicKey, attempt.BlindedElement, timeMs, RecoveryCluster.Difficulty, CancellationToken.None)
            : -1;
        return new EvaluatePin(
            Statement.Version, (int)Statement.Generation, attempt.BlindedElement, stamped ? timeMs : 0, nonce, gate, null);
    }

    /// <summary>Begins an attempt with a PIN.</summary>
    public PinAttempt Attempt(string pin) => PinAttempt.Start(Statement, pin, Cost);

    /// <summary>One guess at one realm: evaluated, and reported wrong or right by its tag.</summary>
    public async Task<RecoveryStatus> GuessAsync(int realm, string pin, byte[]? gate = null)
    {
        using PinAttempt attempt = Attempt(pin);
        PinEvaluated evaluated = await GuessesAt(realm).Evaluate(GuessOf(realm, attempt, gate));
        return evaluated.Status == RecoveryStatus.Accepted
            ? (await GuessesAt(realm).Release(ReleaseOf(attempt, new byte[32]))).Status
            : evaluated.Status;
    }

    /// <summary>Asks for the share with a tag.</summary>
    public ReleaseShare ReleaseOf(PinAttempt attempt, byte[] tag) => new(Statement.Version, (int)Statement.Generation, attempt.BlindedElement, tag);

    /// <summary>The root secret by the PIN from two realms; null when it does not open, or a realm says no.</summary>
    public async Task<byte[]?> RecoverAsync(string pin, params int[] realms)
    {
        int[] asked = realms.Length > 0 ? realms : [0, 1];
        using PinAttempt attempt = Attempt(pin);
        List<ShareEvaluation> evaluations = [];
        foreach (int realm in asked)
        {
            PinEvaluated evaluated = await GuessesAt(realm).Evaluate(GuessOf(realm, attempt));
            if (evaluated.Status != RecoveryStatus.Accepted)
            {
                return null;
            }

            evaluations.Add(new ShareEvaluation(cluster.Realms[realm].Realm, evaluated.Evaluated!, evaluated.Proof!));
        }

        if (!attempt.Unlock(evaluations))
        {
            return null;
        }

        List<ReleasedShare> released = [];
        foreach (int realm in asked)
        {
            ShareReleased share = await GuessesAt(realm).Release(ReleaseOf(attempt, attempt.TagFor(cluster.Realms[realm].Realm)));
            released.Add(new ReleasedShare(cluster.Realms[realm].Realm, share.ScalarShare!, share.Ciphertext!));
        }

        return attempt.Open(released);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Keys.Dispose();
        _device.Dispose();
    }
}
