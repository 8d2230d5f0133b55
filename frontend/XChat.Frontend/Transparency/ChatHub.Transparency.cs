using XChat.Frontend.Requests;
using XChat.Frontend.Transparency;
using XChat.GrainInterfaces.Transparency;
using XChat.Protocol;
using XChat.Protocol.Transparency;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<LookUpStatementResult> LookUpStatement(LookUpStatementRequest request)
    {
        string handle = Field.Text(Field.Required(request).Handle, Limits.HandleMaxLength + 1);
        LookUpStatement lookUp = new(handle, Field.NotNegative(request.Version), Field.NotNegative(request.FromSize));
        StatementLookedUp found = await cluster.TransparencyLog().LookUp(lookUp);
        return new LookUpStatementResult(found.Status, TransparencyEndpoints.View(found.Head), found.Statement, found.Index, found.Inclusion, found.Path);
    }

    public async Task<LogHeadView> GetLogHead(GetLogHeadRequest request)
    {
        DescribeLogHead describe = new(Field.NotNegative(Field.Required(request).FromSize));
        return TransparencyEndpoints.View(await cluster.TransparencyLog().DescribeHead(describe));
    }

    public async Task<GetLogKeysResult> GetLogKeys(int fromNumber)
    {
        int from = Field.InRange(fromNumber, 1, int.MaxValue);
        GetLogKeysResult all = TransparencyEndpoints.View(await cluster.TransparencyLog().ListKeys());
        return new GetLogKeysResult([.. all.Keys.Where(key => key.Number >= from)]);
    }
}
