using System.Collections.Concurrent;

using XChat.Client.Delivery;
using XChat.Client.Store;
using XChat.Client.Transparency;
using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Client.Accounts;

/// <summary>
/// The people this device knows. Nothing that the server says about them is used before it was verified with the pinned account key.
/// </summary>
internal sealed class People(ProfileStore store, ServerSlot server, LogWitness log, OwnKeys own, WarningLog warnings)
{
    private readonly ConcurrentDictionary<Guid, (StoredPerson Person, DeviceList Devices)> _known = new();

    /// <summary>The person of a handle, asked of the server.</summary>
    public async Task<StoredPerson> FindAsync(string handle, CancellationToken cancellationToken)
    {
        if (HandleRules.Check(handle, out string normalised) == RegisterStatus.HandleInvalid)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"'{handle}' is not a handle: 3 to 30 of a-z, 0-9, '_' and '.', starting with a letter.");
        }

        FindAccountResult found = await server.CallAsync(hub => hub.FindAccountByHandle(normalised), cancellationToken);
        if (found.Account is not { } view || view.Handle != normalised || view.User == Guid.Empty)
        {
            throw new XChatException(ClientErrorReason.NotFound, $"There is no @{normalised} on this server.");
        }

        // A handle that now leads to another account is as suspicious as an account with another key.
        StoredPerson? before = store.Read(transaction => transaction.People()).FirstOrDefault(person => person.Handle == normalised);
        if (before is not null && before.User != view.User)
        {
            throw Refuse(SecurityWarningKind.AccountKeyChanged, view, $"@{normalised} is another account than before.");
        }

        return await AcceptAsync(view, cancellationToken);
    }

    /// <summary>A person by id: the one that is known, or asked of the server.</summary>
    public async Task<StoredPerson> FindAsync(Guid user, CancellationToken cancellationToken) =>
        Known(user)?.Person ?? await RefreshAsync(user, cancellationToken);

    /// <summary>Asks the server for a person's present device list.</summary>
    public async Task<StoredPerson> RefreshAsync(Guid user, CancellationToken cancellationToken) =>
        await AcceptAsync(await ReadAsync(user, cancellationToken), cancellationToken);

    /// <summary>The handle of a person, or a short form of the id when it was never seen.</summary>
    public string NameOf(Guid user) => Known(user) is { } known ? "@" + known.Person.Handle : $"user {user:N}"[..13];

    /// <summary>The verified device list of a person who is known.</summary>
    public DeviceList? DevicesOf(Guid user) => Known(user)?.Devices;

    /// <summary>The same as it was signed.</summary>
    public byte[]? SignedListOf(Guid user) => Known(user)?.Person.SignedList;

    /// <summary>Whether the newest list that is known certifies the leaf.</summary>
    public bool IsCertified(byte[] identity, byte[] signatureKey) =>
        MemberIdentity.TryDecode(identity, out Guid user, out Guid device)
        && Known(user) is { } known
        && known.Devices.Devices.Any(entry => entry.Device == device && entry.SignatureKey.AsSpan().SequenceEqual(signatureKey));

    /// <summary>Stores what is known of a person.</summary>
    public StoredPerson Keep(StoredPerson person)
    {
        store.Write(transaction => transaction.Put(person));
        return Remember(person).Person;
    }

    /// <summary>Those of the leaves that their accounts do not certify even now; each account is asked once.</summary>
    public async Task<IReadOnlyList<LeafClaim>> UncertifiedAsync(IEnumerable<LeafClaim> claims, CancellationToken cancellationToken)
    {
        List<LeafClaim> refused = [];
        HashSet<Guid> asked = [];
        foreach (LeafClaim claim in claims)
        {
            if (IsCertified(claim.Identity, claim.SignatureKey))
            {
                continue;
            }

            if (MemberIdentity.TryDecode(claim.Identity, out Guid user, out _) && asked.Add(user))
            {
                await TryRefreshAsync(user, cancellationToken);
            }

            if (!IsCertified(claim.Identity, claim.SignatureKey))
            {
                refused.Add(claim);
            }
        }

        return refused;
    }

    private async Task TryRefreshAsync(Guid user, CancellationToken cancellationToken)
    {
        try
        {
            _ = await RefreshAsync(user, cancellationToken);
        }
        catch (XChatException problem) when (problem.Reason is ClientErrorReason.Security or ClientErrorReason.NotFound)
        {
            // The warning is kept already, and the leaf stays uncertified.
        }
    }

    private (StoredPerson Person, DeviceList Devices)? Known(Guid user)
    {
        if (_known.TryGetValue(user, out (StoredPerson, DeviceList) known))
        {
            return known;
        }

        return store.Read(transaction => transaction.Person(user)) is { } person ? Remember(person) : null;
    }

    private async Task<AccountView> ReadAsync(Guid user, CancellationToken cancellationToken)
    {
        FindAccountResult found = await server.CallAsync(hub => hub.FindAccount(user), cancellationToken);
        return found.Account is { } view && view.User == user
            ? view
            : throw new XChatException(ClientErrorReason.NotFound, $"The server knows no account {user:D}.");
    }

    /// <summary>
    /// Takes over what is signed, not older than what is known, and in the key log. When the log is ahead, the account may have changed since it was
    /// read: it is read once more.
    /// </summary>
    private async Task<StoredPerson> AcceptAsync(AccountView view, CancellationToken cancellationToken)
    {
        StoredPerson person = Verify(view);
        if (!await log.CheckAsync(person, cancellationToken))
        {
            view = await ReadAsync(view.User, cancellationToken);
            person = Verify(view);
            if (!await log.CheckAsync(person, cancellationToken))
            {
                throw Refuse(
                    SecurityWarningKind.DeviceListRolledBack, view, $"The server serves an older device list of @{view.Handle} than its key log knows.");
            }
        }

        StoredPerson? pinned = Pinned(view.User);
        _ = DeviceList.TryVerify(person.SignedList, person.AccountKey, out DeviceList? devices);
        own.Follow(person, devices!);
        if (pinned is null || pinned.ListVersion < person.ListVersion || pinned.Handle != person.Handle)
        {
            WarnOfNewNumber(pinned, person);
            return Keep(person with { VerifiedKey = pinned?.VerifiedKey });
        }

        return Known(view.User) is null ? Keep(person) : pinned;
    }

    /// <summary>What is believed of a person so far.</summary>
    private StoredPerson? Pinned(Guid user) => Known(user)?.Person ?? own.Pin(user);

    /// <summary>A number that was compared is worth a word when it is another one now, even with good reason.</summary>
    private void WarnOfNewNumber(StoredPerson? pinned, StoredPerson person)
    {
        if (pinned?.VerifiedKey is not null && !pinned.AccountKey.AsSpan().SequenceEqual(person.AccountKey))
        {
            warnings.Raise(
                SecurityWarningKind.SafetyNumberChanged, person.User, Guid.Empty,
                $"@{person.Handle} took a device out of the account, and has another account key since (list {person.ListVersion}), signed by the one that you "
                + $"verified. Whoever had that device could have signed it too: compare the new safety number (xchat verify @{person.Handle}).");
        }
    }

    private StoredPerson Verify(AccountView view)
    {
        StoredPerson? pinned = Pinned(view.User);
        switch (TrustRules.Judge(pinned, view))
        {
            case TrustVerdict.AccountKeyChanged:
                throw Refuse(
                    SecurityWarningKind.AccountKeyChanged, view,
                    $"The account key of @{view.Handle} is not the one {(pinned!.VerifiedKey is null ? "seen before" : "that you verified")}.");
            case TrustVerdict.DeviceListForged:
                throw Refuse(SecurityWarningKind.DeviceListForged, view, $"The device list of @{view.Handle} is not signed by its account.");
            case TrustVerdict.DeviceListRolledBack:
                throw Refuse(SecurityWarningKind.DeviceListRolledBack, view, $"The server served an old device list of @{view.Handle}.");
        }

        return TrustRules.Pin(view);
    }

    private (StoredPerson Person, DeviceList Devices) Remember(StoredPerson person)
    {
        if (!DeviceList.TryVerify(person.SignedList, person.AccountKey, out DeviceList? devices))
        {
            throw new XChatException(ClientErrorReason.ProfileDamaged, $"The stored device list of @{person.Handle} does not verify.");
        }

        return _known[person.User] = (person, devices);
    }

    private XChatException Refuse(SecurityWarningKind kind, AccountView view, string text)
    {
        warnings.Raise(kind, view.User, Guid.Empty, text);
        return new XChatException(
            ClientErrorReason.Security, $"{text} Nothing was sent. Ask the person on another channel before you go on.");
    }
}
