using System.Reflection;

using Orleans.Streams;

using XChat.GrainInterfaces.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>A stream that can be subscribed to, and nothing else.</summary>
public class ScriptedStream : DispatchProxy
{
    private Action<IAsyncBatchObserver<FrontendEvent>>? _subscribe;

    public static IAsyncStream<FrontendEvent> Create(Action<IAsyncBatchObserver<FrontendEvent>> subscribe)
    {
        IAsyncStream<FrontendEvent> stream = Create<IAsyncStream<FrontendEvent>, ScriptedStream>();
        ((ScriptedStream)stream)._subscribe = subscribe;
        return stream;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (args is [IAsyncBatchObserver<FrontendEvent> observer, ..])
        {
            _subscribe!(observer);
            return Task.FromResult<StreamSubscriptionHandle<FrontendEvent>>(null!);
        }

        throw new NotSupportedException(targetMethod!.Name);
    }
}
