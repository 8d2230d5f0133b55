using XChat.Frontend.Requests;
using XChat.GrainInterfaces.History;
using XChat.Protocol;
using XChat.Protocol.History;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    private const int HashBytes = 32;

    public async Task<AppendHistoryResult> AppendHistory(AppendHistoryRequest request)
    {
        AppendHistory append = new(
            Caller, Field.Positive(Field.Required(request).Number), Field.BytesOf(request.Previous, HashBytes),
            Field.Bytes(request.Segment, Limits.HistorySegmentBytes));
        HistoryAppended appended = await cluster.History(Caller.User).Append(append);
        return new AppendHistoryResult(appended.Status, appended.HeadNumber, appended.HeadHash);
    }

    public async Task<ReadHistoryResult> ReadHistory(ReadHistoryRequest request)
    {
        ReadHistory read = new(Caller, Field.NotNegative(Field.Required(request).Before), Field.NotNegative(request.After));
        HistoryRead page = await cluster.History(Caller.User).Read(read);
        return new ReadHistoryResult(
            page.HeadNumber, [.. page.Segments.Select(segment => new HistorySegmentView(segment.Number, segment.Segment))]);
    }
}
