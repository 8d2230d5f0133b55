using System.Security.Cryptography;

using XChat.Client.History;
using XChat.Client.Store;
using XChat.Crypto.Identity;

namespace XChat.Client.Accounts;

/// <summary>Keeps the secrets of the own account level with its device list, when another device (or this one) passed the account on to a new key.</summary>
internal sealed class OwnKeys(ProfileStore store, DeviceKeys device, WarningLog warnings)
{
    /// <summary>What the key log and the server have to start from: this account as this profile has it, whatever was or was not read before.</summary>
    public StoredPerson? Pin(Guid user)
    {
        if (user != device.User || store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting)) is not { } own
            || !DeviceList.TryVerify(own.DeviceList, own.AccountKey, out DeviceList? list))
        {
            return null;
        }

        return new StoredPerson(own.User, own.Handle, own.AccountKey, list.Version, own.DeviceList);
    }

    /// <summary>
    /// Takes over the root secret that a verified list of the own account has for this device, if the account key is another one than before.
    /// </summary>
    /// <exception cref="XChatException">
    /// <see cref="ClientErrorReason.Security"/>: the account was passed on, and this device was left on the list without being given the secret.
    /// </exception>
    public void Follow(StoredPerson person, DeviceList list)
    {
        OwnAccount? own = store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting));
        if (own is null || person.User != own.User || own.AccountKey.AsSpan().SequenceEqual(person.AccountKey)
            || list.Devices.All(entry => entry.Device != device.Device))
        {
            return;
        }

        if (list.History?.OpenRoot(own.User, device.Device, own.DeviceKey) is not { } root)
        {
            const string Text = "Another device gave your account a new key and did not pass it on to this device. If it was not you, somebody has taken the "
                + "account over: tell your contacts on another channel.";
            warnings.Raise(SecurityWarningKind.OwnKeyForged, own.User, Guid.Empty, Text);
            throw new XChatException(ClientErrorReason.Security, Text);
        }

        store.Write(transaction =>
        {
            HistoryKeyring.KeepOf(transaction, own.Root);
            transaction.PutSetting(OwnAccount.Setting, own with { Root = root, AccountKey = person.AccountKey, DeviceList = person.SignedList });
        });
        CryptographicOperations.ZeroMemory(own.Root);
        CryptographicOperations.ZeroMemory(root);
    }
}
