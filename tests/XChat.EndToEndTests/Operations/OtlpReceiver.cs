using System.Collections.Concurrent;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Operations;

/// <summary>A span as it arrived.</summary>
internal sealed record ReceivedSpan(string Service, string Source, string Name, string Trace, string Id, string Parent);

/// <summary>Takes what processes send by OTLP over HTTP, as a collector does, and reads the spans out of it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string Signal, string Service), int> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentBag<ReceivedSpan> Spans { get; } = [];

    /// <summary>What makes a process send everything here, and soon.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["XChat__Operations__TraceShare"] = "1",
    };

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}");
        WebApplication app = builder.Build();
        OtlpReceiver receiver = new(app);
        app.MapPost("/v1/{signal}", receiver.ReceiveAsync);
        await app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Whether a service has sent a signal: traces, metrics or logs.</summary>
    public bool Has(string signal, string service) => _received.ContainsKey((signal, service));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(string signal, HttpRequest request)
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        foreach (ReadOnlyMemory<byte> resource in Fields(body.ToArray(), 1))
        {
            string service = ServiceOf(resource);
            _ = _received.AddOrUpdate((signal, service), 1, (_, count) => count + 1);
            if (signal == "traces")
            {
                AddSpans(service, resource);
            }
        }
    }

    private void AddSpans(string service, ReadOnlyMemory<byte> resource)
    {
        foreach (ReadOnlyMemory<byte> scope in Fields(resource, 2))
        {
            string source = Fields(scope, 1).SelectMany(name => Fields(name, 1)).Select(Text).FirstOrDefault(string.Empty);
            foreach (ReadOnlyMemory<byte> span in Fields(scope, 2))
            {
                Spans.Add(new ReceivedSpan(service, source, Text(One(span, 5)), Hex(One(span, 1)), Hex(One(span, 2)), Hex(One(span, 4))));
            }
        }
    }

    /// <summary>Resource (1) → attributes (1) → key (1) and value (2) → string (1).</summary>
    private static string ServiceOf(ReadOnlyMemory<byte> resource) => Fields(resource, 1)
        .SelectMany(description => Fields(description, 1))
        .Where(attribute => Text(One(attribute, 1)) == "service.name")
        .Select(attribute => Text(One(One(attribute, 2), 1)))
        .First();

    private static ReadOnlyMemory<byte> One(ReadOnlyMemory<byte> message, int field) => Fields(message, field).FirstOrDefault();

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>The values of a field that has a length, in a protobuf message.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int field)
    {
        while (message.Length > 0)
        {
            ulong tag = TakeNumber(ref message);
            int length = (tag & 7) switch
            {
                0 => SkipNumber(ref message),
                1 => sizeof(ulong),
                5 => sizeof(uint),
                2 => (int)TakeNumber(ref message),
                _ => throw new InvalidDataException($"This is no protobuf: tag {tag}."),
            };
            if ((tag & 7) == 2 && tag >> 3 == (ulong)field)
            {
                yield return message[..length];
            }

            message = message[length..];
        }
    }

    private static int SkipNumber(ref ReadOnlyMemory<byte> message)
    {
        _ = TakeNumber(ref message);
        return 0;
    }

    private static ulong TakeNumber(ref ReadOnlyMemory<byte> message)
    {
        ulong number = 0;
        for (int at = 0; ; at++)
        {
            byte part = message.Span[at];
            number |= (ulong)(part & 0x7F) << (7 * at);
            if (part < 0x80)
            {
                message = message[(at + 1)..];
                return number;
            }
        }
    }
}
