using XChat.Client.Accounts;
using XChat.Client.Transparency;
using XChat.Crypto.Identity;

namespace XChat.Client;

/// <summary>Safety numbers.</summary>
public sealed partial class XChatClient
{
    /// <summary>The safety number with a person, to be compared face to face or over a channel that both trust.</summary>
    /// <exception cref="XChatException">There is no such person, or their keys are not to be trusted.</exception>
    public async Task<SafetyView> SafetyAsync(string handle, CancellationToken cancellationToken = default) =>
        View(await KnownPersonAsync(handle, cancellationToken));

    /// <summary>Remembers that the safety number with a person was compared and right; or takes that back.</summary>
    public async Task<SafetyView> MarkVerifiedAsync(string handle, bool verified, CancellationToken cancellationToken = default)
    {
        StoredPerson person = await KnownPersonAsync(handle, cancellationToken);
        StoredPerson marked = person with { VerifiedKey = verified ? person.AccountKey : null };
        Context.People.Keep(marked);
        return View(marked);
    }

    /// <summary>
    /// Compares the text of a person's QR code with what this device knows, and if it is right marks the person as verified. The head of the key log in it is
    /// compared too.
    /// </summary>
    /// <exception cref="XChatException">
    /// <see cref="ClientErrorReason.InvalidInput"/>: no such code. <see cref="ClientErrorReason.Security"/>: one of the two has a wrong key.
    /// </exception>
    public async Task<SafetyView> CompareAsync(string handle, string qrText, CancellationToken cancellationToken = default)
    {
        if (!SafetyCode.TryParse(qrText, out SafetyCode? theirs))
        {
            throw new XChatException(ClientErrorReason.InvalidInput, "This is not the code of a safety number: scan the one that xchat verify shows.");
        }

        StoredPerson person = await KnownPersonAsync(handle, cancellationToken);
        if (theirs.User != person.User || theirs.OtherUser != Context.Device.User)
        {
            throw new XChatException(
                ClientErrorReason.InvalidInput, $"This code is not @{person.Handle}'s for you: let them show the one of xchat verify {Self!.Handle}.");
        }

        if (!CodeOf(person).Mirrors(theirs))
        {
            string text = $"The safety number with @{person.Handle} differs: one of you has a wrong key. Somebody may be reading what you write to each other.";
            Context.Warnings.Raise(SecurityWarningKind.SafetyNumberDiffers, person.User, Guid.Empty, text);
            throw new XChatException(ClientErrorReason.Security, text);
        }

        Context.Log.Hear(theirs.LogHead, person.User);
        if (Context.Server.Connected)
        {
            await Context.Log.CompareHeardAsync(cancellationToken);
        }

        return await MarkVerifiedAsync(handle, verified: true, cancellationToken);
    }

    /// <summary>A person who is known already is found without a connection.</summary>
    private async Task<StoredPerson> KnownPersonAsync(string handle, CancellationToken cancellationToken)
    {
        if (!Context.Server.Connected && Protocol.Accounts.HandleRules.Check(handle, out string normalised) != Protocol.Accounts.RegisterStatus.HandleInvalid
            && _store.Read(transaction => transaction.People()).FirstOrDefault(person => person.Handle == normalised) is { } known)
        {
            return known;
        }

        return await Context.People.FindAsync(handle, cancellationToken);
    }

    private SafetyView View(StoredPerson person)
    {
        OwnAccount own = OwnAccountOf(_store);
        return new SafetyView(
            "@" + person.Handle,
            SafetyNumber.Of(own.User, own.AccountKey, person.User, person.AccountKey),
            CodeOf(person).ToString(),
            person.VerifiedKey is { } verified && verified.AsSpan().SequenceEqual(person.AccountKey),
            person.VerifiedKey is { } before && !before.AsSpan().SequenceEqual(person.AccountKey));
    }

    private SafetyCode CodeOf(StoredPerson person)
    {
        OwnAccount own = OwnAccountOf(_store);
        return new SafetyCode(own.User, own.AccountKey, person.User, person.AccountKey, Context.Log.Head?.Encode());
    }

    private static OwnAccount OwnAccountOf(Store.ProfileStore store) =>
        store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting)) ?? throw NotRegistered();
}
