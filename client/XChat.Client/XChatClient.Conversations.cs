using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Client;

/// <summary>Conversations and who is in them.</summary>
public sealed partial class XChatClient
{
    /// <summary>All conversations of this device, the one with the latest message first.</summary>
    public Task<IReadOnlyList<ConversationInfo>> ConversationsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChatContext context = Context;
        IReadOnlyList<ConversationInfo> all =
        [
            .. _store.Read(transaction => transaction.Conversations())
                .Select(conversation => ConversationListing.Describe(conversation, context))
                .OrderByDescending(conversation => conversation.Last?.Time ?? DateTimeOffset.MinValue),
        ];
        return Task.FromResult(all);
    }

    /// <summary>One conversation of this device.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.NotFound"/>.</exception>
    public Task<ConversationInfo> ConversationAsync(Guid conversation, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChatContext context = Context;
        return _store.Read(transaction => transaction.Conversation(conversation)) is { } known
            ? Task.FromResult(ConversationListing.Describe(known, context))
            : throw new XChatException(ClientErrorReason.NotFound, $"There is no conversation {conversation:D} here.");
    }

    /// <summary>The handle of a person who was met before, with '@'; otherwise a short form of the id.</summary>
    public string NameOf(Guid user) => Context.People.NameOf(user);

    /// <summary>The conversation that a person names: <c>@bob</c>, a group's name, or an id (or its beginning, when that is unique).</summary>
    /// <exception cref="XChatException">None, or more than one.</exception>
    public async Task<ConversationInfo> FindConversationAsync(string name, CancellationToken cancellationToken = default) =>
        ConversationListing.Choose(await ConversationsAsync(cancellationToken), name);

    /// <summary>The one conversation with a person; it is created when there is none.</summary>
    public async Task<Guid> OpenDirectAsync(string handle, CancellationToken cancellationToken = default)
    {
        ChatContext context = Context;
        StoredPerson person = await context.People.FindAsync(handle, cancellationToken);
        if (person.User == context.Device.User)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, "That is you: name another person.");
        }

        Guid id = DirectConversation.IdOf(new UserId(context.Device.User), new UserId(person.User)).Value;
        if (_store.Read(transaction => transaction.Conversation(id)) is { Stage: not ConversationStage.Left })
        {
            return id;
        }

        GetConversationResult there = await context.Server.CallAsync(hub => hub.GetConversation(id), cancellationToken);
        if (there.Status == ConversationStatus.Accepted)
        {
            ConversationSession session = Sync.Session(id);
            session.NoteBehind();
            await session.SettleAsync().WaitAsync(cancellationToken);
            return id;
        }

        IReadOnlyList<ClaimedDevice> devices = await ClaimAsync([person.User], cancellationToken);
        _ = await Sync.Session(id).CreateAsync(ConversationType.Direct, person.User, first: null, devices, cancellationToken);
        return id;
    }

    /// <summary>Creates a group. Its name travels encrypted, as its first message.</summary>
    public async Task<Guid> CreateGroupAsync(string name, IReadOnlyCollection<string> handles, CancellationToken cancellationToken = default)
    {
        ChatContext context = Context;
        byte[] content = ContentCodec.Write(new GroupNameContent(RequireName(name)));
        Guid[] people = await FindPeopleAsync(handles, cancellationToken);
        Guid id = Guid.CreateVersion7();
        Guid[] first = [.. people.Take((Limits.DevicesPerCommit / Limits.DevicesPerAccount) - 1)];
        IReadOnlyList<ClaimedDevice> devices = await ClaimAsync(first, cancellationToken);
        OutboxItem naming = new(
            MessageId.New().Value, id, content, context.NowMs, null, Guid.Empty, 0, Attempted: false, ConversationStatus.Unspecified);
        ConversationSession session = Sync.Session(id);
        _ = await session.CreateAsync(ConversationType.Group, Guid.Empty, naming, devices, cancellationToken);
        await AddPeopleAsync(session, people, cancellationToken);
        session.Wake();
        await session.SettleAsync().WaitAsync(cancellationToken);
        return id;
    }

    /// <summary>Brings people into a group. Admins and owners only.</summary>
    public async Task AddAsync(Guid conversation, IReadOnlyCollection<string> handles, CancellationToken cancellationToken = default)
    {
        Guid[] people = await FindPeopleAsync(handles, cancellationToken);
        await AddPeopleAsync(Sync.Session(conversation), people, cancellationToken);
        if (_store.Read(transaction => transaction.Conversation(conversation)) is { Name.Length: > 0 } named)
        {
            // Those who came in cannot read what was sent before, the name included.
            _ = Sync.Session(conversation).Queue(ContentCodec.Write(new GroupNameContent(named.Name)));
        }
    }

    /// <summary>Gives a group another name. It travels encrypted, as a message.</summary>
    public Task RenameAsync(Guid conversation, string name, CancellationToken cancellationToken = default) =>
        SendAsync(conversation, new GroupNameContent(RequireName(name)), cancellationToken);

    /// <summary>Takes a person out of a group. They read nothing that is sent afterwards.</summary>
    public async Task RemoveAsync(Guid conversation, string handle, CancellationToken cancellationToken = default)
    {
        StoredPerson person = await Context.People.FindAsync(handle, cancellationToken);
        bool removed = await Sync.Session(conversation).CommitAsync(
            (view, group) => Task.FromResult(Membership.Remove(view, group, person.User)), $"@{person.Handle} was not removed", cancellationToken);
        if (!removed)
        {
            throw new XChatException(ClientErrorReason.NotFound, $"@{person.Handle} is not in this conversation.");
        }
    }

    /// <summary>Leaves a group. What was read before stays readable here.</summary>
    public Task LeaveAsync(Guid conversation, CancellationToken cancellationToken = default)
    {
        // Leaving twice is leaving once, so the id needs no keeping.
        Guid message = MessageId.New().Value;
        return ChangeAsync(
            conversation, "The group was not left", hub => hub.LeaveConversation(new LeaveConversationRequest(conversation, message)), cancellationToken);
    }

    /// <summary>Gives a member another role. Owners only.</summary>
    public async Task ChangeRoleAsync(Guid conversation, string handle, MemberRole role, CancellationToken cancellationToken = default)
    {
        StoredPerson person = await Context.People.FindAsync(handle, cancellationToken);
        Guid message = MessageId.New().Value;
        await ChangeAsync(
            conversation, "The role was not changed",
            hub => hub.ChangeRole(new ChangeRoleRequest(conversation, message, person.User, role)), cancellationToken);
    }

    /// <summary>
    /// Starts the encryption of a conversation over, when somebody could not follow a change of keys. Admins and owners only; everybody sees it.
    /// </summary>
    public async Task RestartAsync(Guid conversation, CancellationToken cancellationToken = default) =>
        _ = await Sync.Session(conversation).RestartAsync(cancellationToken);

    /// <summary>Who is in a conversation, as the server says now.</summary>
    public async Task<IReadOnlyList<MemberInfo>> MembersAsync(Guid conversation, CancellationToken cancellationToken = default)
    {
        ChatContext context = Context;
        GetConversationResult result = await context.Server.CallAsync(hub => hub.GetConversation(conversation), cancellationToken);
        if (result.Conversation is not { } view)
        {
            throw Refusals.Of(result.Status, "The members cannot be read");
        }

        List<MemberInfo> members = [];
        foreach (MemberView member in view.Members)
        {
            StoredPerson person = await context.People.FindAsync(member.User, cancellationToken);
            members.Add(new MemberInfo(member.User, "@" + person.Handle, member.Role, member.DeliveredSeq, member.ReadSeq));
        }

        return members;
    }

    private static string RequireName(string name) => string.IsNullOrWhiteSpace(name)
        ? throw new XChatException(ClientErrorReason.InvalidInput, "A group needs a name.")
        : name.Trim();

    /// <summary>A change that is not MLS: it takes effect here when it is seen in the log.</summary>
    private async Task ChangeAsync(
        Guid conversation, string what, Func<Protocol.Delivery.IChatHub, Task<EntryResult>> call, CancellationToken cancellationToken)
    {
        EntryResult result = await Context.Server.CallAsync(call, cancellationToken);
        if (result.Status is not (ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted))
        {
            throw Refusals.Of(result.Status, what);
        }

        ConversationSession session = Sync.Session(conversation);
        session.NoteBehind();
        await session.SettleAsync().WaitAsync(cancellationToken);
    }

    private async Task<Guid[]> FindPeopleAsync(IReadOnlyCollection<string> handles, CancellationToken cancellationToken)
    {
        HashSet<Guid> people = [];
        foreach (string handle in handles)
        {
            _ = people.Add((await Context.People.FindAsync(handle, cancellationToken)).User);
        }

        _ = people.Remove(Context.Device.User);
        return [.. people];
    }

    /// <summary>As many commits as it takes; people who are in already are passed over.</summary>
    private async Task AddPeopleAsync(ConversationSession session, Guid[] people, CancellationToken cancellationToken)
    {
        ChatContext context = Context;
        bool more = true;
        while (more)
        {
            more = await session.CommitAsync(
                (view, _) => Membership.AddAsync(context, view, people, cancellationToken), "Nobody was added", cancellationToken);
        }
    }

    /// <summary>Devices of these people and the own other ones.</summary>
    private async Task<IReadOnlyList<ClaimedDevice>> ClaimAsync(Guid[] people, CancellationToken cancellationToken)
    {
        ChatContext context = Context;
        bool severalOwn = context.People.DevicesOf(context.Device.User)?.Devices.Count > 1;
        IReadOnlyList<ClaimedDevice> devices = await KeyPackageClaims.ClaimAsync(
            context, severalOwn ? [.. people, context.Device.User] : people, cancellationToken);
        Membership.RequireEverybody(context, people, devices);
        return devices;
    }
}
