using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Client.Accounts;

/// <summary>
/// What the server says about an account, held against what is known. Pure. The account key is trusted on first use and pinned; another one is believed when
/// the pinned one passed the account on to it.
/// </summary>
internal static class TrustRules
{
    public static TrustVerdict Judge(StoredPerson? pinned, AccountView view)
    {
        bool verified = DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list) && list.User == view.User;
        if (pinned is not null && !pinned.AccountKey.AsSpan().SequenceEqual(view.AccountKey))
        {
            return verified && list!.History?.DescendsFrom(pinned.AccountKey, pinned.ListVersion) == true
                ? TrustVerdict.Trusted
                : TrustVerdict.AccountKeyChanged;
        }

        if (!verified)
        {
            return TrustVerdict.DeviceListForged;
        }

        if (pinned is null)
        {
            return TrustVerdict.Trusted;
        }

        bool sameBytes = pinned.SignedList.AsSpan().SequenceEqual(view.DeviceList);
        return list!.Version > pinned.ListVersion || (list.Version == pinned.ListVersion && sameBytes)
            ? TrustVerdict.Trusted
            : TrustVerdict.DeviceListRolledBack;
    }

    /// <summary>What is kept of an account that was judged trusted.</summary>
    public static StoredPerson Pin(AccountView view)
    {
        _ = DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list);
        return new StoredPerson(view.User, view.Handle, view.AccountKey, list!.Version, view.DeviceList);
    }
}

/// <summary>Whether an account is what it was.</summary>
internal enum TrustVerdict
{
    /// <summary>New here, unchanged, or moved forward by its own key, or by one that this key passed the account on to.</summary>
    Trusted = 1,

    /// <summary>Another account key than the one that was pinned, which did not pass the account on to it.</summary>
    AccountKeyChanged = 2,

    /// <summary>The device list is not the account's.</summary>
    DeviceListForged = 3,

    /// <summary>An older device list, or another one of the same version.</summary>
    DeviceListRolledBack = 4,
}
