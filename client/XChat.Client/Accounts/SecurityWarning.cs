using System.Security.Cryptography;
using System.Text;

using MessagePack;

namespace XChat.Client.Accounts;

/// <summary>
/// Something that looks like an attack, to be shown to the person. <c>User</c> and <c>Conversation</c> are empty when it concerns none.
/// <c>TimeMs</c> is this device's clock.
/// </summary>
[MessagePackObject]
public sealed record SecurityWarning(
    [property: Key(0)] SecurityWarningKind Kind,
    [property: Key(1)] Guid User,
    [property: Key(2)] Guid Conversation,
    [property: Key(3)] string Text,
    [property: Key(4)] long TimeMs)
{
    /// <summary>Equal for warnings that say the same, whenever.</summary>
    internal byte[] Digest() => SHA256.HashData(Encoding.UTF8.GetBytes($"{(int)Kind} {User:D} {Conversation:D} {Text}"));
}

/// <summary>What a security warning is about.</summary>
public enum SecurityWarningKind
{
    /// <summary>Written by another version.</summary>
    Unspecified = 0,

    /// <summary>The account has another key than the one that was pinned: someone may be impersonating this person.</summary>
    AccountKeyChanged = 1,

    /// <summary>The device list is not signed by the account key, or is of another account.</summary>
    DeviceListForged = 2,

    /// <summary>The server served an older device list than the one already seen, or another one of the same version.</summary>
    DeviceListRolledBack = 3,

    /// <summary>A device that its account does not certify tried to enter the conversation; it was kept out.</summary>
    GhostDevice = 4,

    /// <summary>The server's list of devices in the conversation is not the one that is encrypted to.</summary>
    RosterDiffers = 5,

    /// <summary>A message is not by the sender, or not under the id, that the server names.</summary>
    SenderForged = 6,

    /// <summary>Somebody without a device of this account tried a PIN, or opened the PIN backup.</summary>
    RecoveryAttempted = 20,

    /// <summary>The server handed out a list of PIN realms that may not replace the pinned one.</summary>
    RealmsChanged = 21,

    /// <summary>The realms hold parts of different PIN backups, and too few of any one.</summary>
    RecoveryBroken = 22,

    /// <summary>A direct conversation holds other people than its two.</summary>
    WrongPeople = 7,

    /// <summary>The server shows a key or a device list that its key log does not show everybody.</summary>
    KeyNotLogged = 8,

    /// <summary>The server's key log is not one log: it does not continue the one seen before, or contacts see another one.</summary>
    LogForked = 9,

    /// <summary>The server's key log is an earlier one than was seen before, or too old.</summary>
    LogRolledBack = 10,

    /// <summary>The key log shows others a key for this account that is not its own.</summary>
    OwnKeyForged = 11,

    /// <summary>The safety number that was compared is not the same on both sides.</summary>
    SafetyNumberDiffers = 12,

    /// <summary>Somebody repeated the link of a device.</summary>
    LinkReplayed = 13,

    /// <summary>A person whose safety number was compared has another account key now, certified by the one before: the number is another one.</summary>
    SafetyNumberChanged = 14,

    /// <summary>The history that the server keeps for the account is an earlier one than was seen before.</summary>
    HistoryRolledBack = 15,

    /// <summary>The history that the server keeps for the account was exchanged, or parts of it left out.</summary>
    HistoryForged = 16,

    /// <summary>The post-quantum layer is missing from a key package or a Welcome: an older program made it, or somebody took the layer away.</summary>
    Downgraded = 17,
}
