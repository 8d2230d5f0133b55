using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>What an account accepts. Pure: no clock, no I/O. The checks stand in the order in which the statuses take precedence.</summary>
public static class AccountRules
{
    /// <summary>Decides a registration on what is there now.</summary>
    public static RegistrationDecision DecideRegister(StoredAccount? account, UserId user, RegisterAccount request, int difficulty, long nowMs)
    {
        RegisterStatus handleStatus = HandleRules.Check(request.Handle, out string handle);
        byte[] hash = HashOf(handle, request.AccountKey, request.DeviceList);
        if (account is not null)
        {
            return CryptographicOperations.FixedTimeEquals(account.RegistrationHash, hash)
                ? new RegistrationDecision(RegisterStatus.AlreadyAccepted, account.Handle, null)
                : RegistrationDecision.Refuse(RegisterStatus.IdReusedWithDifferentContent, handle);
        }

        if (!IsTimely(request.ProofTimeMs, nowMs)
            || !RegistrationProof.Verify(user.Value, handle, request.ProofTimeMs, request.ProofNonce, difficulty))
        {
            return RegistrationDecision.Refuse(RegisterStatus.ProofRejected, handle);
        }

        if (handleStatus != RegisterStatus.Accepted)
        {
            return RegistrationDecision.Refuse(handleStatus, handle);
        }

        return DeviceList.TryVerify(request.DeviceList, request.AccountKey, out DeviceList? list) && list.Version == 1 && list.User == user.Value
            ? new RegistrationDecision(
                RegisterStatus.Accepted,
                handle,
                // Nobody can have a conversation with an account that was not there: all that there are know its first list.
                new StoredAccount(user, handle, request.AccountKey, hash, request.DeviceList, Version: 1, ToldVersion: 1, []))
            : RegistrationDecision.Refuse(RegisterStatus.DeviceListInvalid, handle);
    }

    /// <summary>Decides the next device list.</summary>
    public static PublishDecision DecidePublish(StoredAccount? account, PublishDeviceList request)
    {
        if (account is null || request.Caller.User != account.User)
        {
            return new PublishDecision(PublishDeviceListStatus.Invalid, null);
        }

        if (account.DeviceList.AsSpan().SequenceEqual(request.DeviceList))
        {
            return new PublishDecision(PublishDeviceListStatus.AlreadyAccepted, null);
        }

        bool passedOn = DeviceList.TryVerifySuccessor(request.DeviceList, account.AccountKey, 0, out DeviceList? list);
        if ((!passedOn && !DeviceList.TryVerify(request.DeviceList, account.AccountKey, out list)) || list!.User != account.User.Value)
        {
            return new PublishDecision(PublishDeviceListStatus.Invalid, null);
        }

        if (list.Version != account.Version + 1)
        {
            return new PublishDecision(PublishDeviceListStatus.StaleVersion, null);
        }

        if (passedOn && !list.History!.IsStep(account.AccountKey, list.Version))
        {
            return new PublishDecision(PublishDeviceListStatus.Invalid, null);
        }

        DeviceId[] devices = [.. list.Devices.Select(entry => new DeviceId(entry.Device))];
        DeviceId[] leftOut = [.. account.Describe().Devices.Where(before => !Keeps(list, before)).Select(before => before.Device)];
        if (leftOut.Length > 0 && !passedOn)
        {
            // A device that is left out has the root secret of this key: it could certify itself again.
            return new PublishDecision(PublishDeviceListStatus.KeyNotPassedOn, null);
        }

        KeySuccession? succession = passedOn ? list.History!.Successions[^1] : null;
        return new PublishDecision(
            PublishDeviceListStatus.Accepted, new DeviceListWrite(account.User, list.Version, request.DeviceList, devices, leftOut, succession));
    }

    /// <summary>The account after a list that was decided on it has been written.</summary>
    public static StoredAccount Apply(StoredAccount account, DeviceListWrite written) => account with
    {
        AccountKey = written.Succession?.NewKey ?? account.AccountKey,
        DeviceList = written.DeviceList,
        Version = written.Version,
        Revoked = [.. account.Revoked.Union(written.LeftOut)],
    };

    /// <summary>A device that stays with another key is another device: what was opened with the old key ends.</summary>
    private static bool Keeps(DeviceList list, CertifiedDevice before) => list.Devices.Any(entry =>
        entry.Device == before.Device.Value && entry.SignatureKey.AsSpan().SequenceEqual(before.SignatureKey));

    /// <summary>Compared without a difference, which foreign numbers could make overflow.</summary>
    private static bool IsTimely(long proofTimeMs, long nowMs) =>
        proofTimeMs >= nowMs - (Limits.ProofWindowSeconds * 1000L) && proofTimeMs <= nowMs + (Limits.ProofWindowSeconds * 1000L);

    /// <summary>What makes two registrations the same. The proof of work does not: a retry may come with a new one.</summary>
    private static byte[] HashOf(string handle, byte[] accountKey, byte[] deviceList)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (byte[] part in (byte[][])[Encoding.UTF8.GetBytes(handle), accountKey, deviceList])
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part);
        }

        return hash.GetHashAndReset();
    }
}

/// <summary>A registration decided: <c>Account</c> is to be inserted when accepted. <c>Handle</c> is the normalised one.</summary>
public sealed record RegistrationDecision(RegisterStatus Status, string Handle, StoredAccount? Account)
{
    public static RegistrationDecision Refuse(RegisterStatus status, string handle) => new(status, handle, null);
}

/// <summary>A device list decided: <c>Write</c> is to be written when accepted.</summary>
public sealed record PublishDecision(PublishDeviceListStatus Status, DeviceListWrite? Write);
