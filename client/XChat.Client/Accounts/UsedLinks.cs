using MessagePack;

namespace XChat.Client.Accounts;

/// <summary>The mailboxes of the last links that this device took part in as the old one: none of them is taken up again, whatever the server says.</summary>
[MessagePackObject]
internal sealed record UsedLinks([property: Key(0)] IReadOnlyList<Guid> Mailboxes)
{
    public const string Setting = "used-links";

    private const int Most = 200;

    public UsedLinks With(Guid mailbox) => new([.. Mailboxes.TakeLast(Most - 1), mailbox]);
}
