using XChat.Frontend.RateLimits;
using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Accounts;

/// <summary>
/// The mailbox of a link. The new device has no session yet, so the mailbox is open to whoever knows its id; nothing in it is secret or trusted.
/// </summary>
internal static class LinkEndpoints
{
    private const string Path = Routes.Links + "/{mailbox:guid}/{step:int}";

    public static void MapLinks(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPut(Path, PutAsync);
        endpoints.MapGet(Path, GetAsync);
    }

    private static async Task<PutLinkMessageResult> PutAsync(Guid mailbox, int step, HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeLink(context);
        PutLinkMessageRequest request = await RequestBody.ReadAsync<PutLinkMessageRequest>(context, Limits.LinkMessageBytes * 2);
        PutLinkMessage put = new(Field.InRange(step, 1, Limits.LinkSteps), Field.Bytes(request.Content, Limits.LinkMessageBytes));
        LinkMessagePut done = await cluster.LinkMailbox(Field.Id(mailbox, nameof(mailbox))).Put(put);
        return new PutLinkMessageResult(done.Status);
    }

    private static async Task<GetLinkMessageResult> GetAsync(Guid mailbox, int step, HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeLink(context);
        ReadLinkMessage read = new(Field.InRange(step, 1, Limits.LinkSteps));
        LinkMessageRead found = await cluster.LinkMailbox(Field.Id(mailbox, nameof(mailbox))).Read(read);
        return new GetLinkMessageResult(found.Status, found.Content);
    }
}
