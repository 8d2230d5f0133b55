using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;

using XChat.Crypto.Wallets;
using XChat.Protocol;
using XChat.Rails.Sim;
using XChat.Silo;

namespace XChat.Standalone;

/// <summary>
/// The rail of play money beside a standalone server: a process of its own with a database of its own, so that whoever tries XChat can deposit at once.
/// It ends with this process, whichever way that ends.
/// </summary>
internal sealed class StandaloneRail : IAsyncDisposable
{
    private const string ReadyLine = "The rail of PLAY MONEY is ready at ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _key;
    private readonly string _secret;
    private readonly string _url;

    private StandaloneRail(Process process, string key, string secret, string url) => (_process, _key, _secret, _url) = (process, key, secret, url);

    /// <summary>What the silo has to know of it.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new($"{SimRailOptions.Section}:{nameof(SimRailOptions.Url)}", _url),
        new($"{SimRailOptions.Section}:{nameof(SimRailOptions.ApiKey)}", _key),
        new($"{SimRailOptions.Section}:{nameof(SimRailOptions.WebhookSecrets)}", _secret),
    ];

    /// <summary>
    /// Starts it on the embedded server's data. Null: on a server of somebody else's, which may hold real money's books, there is none.
    /// </summary>
    /// <exception cref="StandaloneException">It did not start; the text has its own words.</exception>
    public static async Task<StandaloneRail?> StartAsync(Database database)
    {
        if (database.Folder is not { } folder)
        {
            return null;
        }

        byte[] seed = RealmKeyFile.ReadOrCreateSeed(Path.Combine(folder, "rails", "sim.key"));
        string secret = WebhookSignature.WriteSecret(Derive(seed, "webhooks"));
        string key = Convert.ToHexStringLower(Derive(seed, "api key"));
        CryptographicOperations.ZeroMemory(seed);

        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "xchat-rail-sim.dll"));
        }
        else
        {
            start.FileName = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "xchat-rail-sim.exe" : "xchat-rail-sim");
        }

        foreach (string argument in (string[])["--urls", "http://127.0.0.1:0", "--end-with-input"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["XCHAT_POSTGRES"] = await database.OpenAnotherAsync("xchat_rail_sim");
        start.Environment["XCHAT_RAIL_SIM_KEY"] = key;
        start.Environment["XCHAT_RAIL_SIM_SECRETS"] = secret;
        Process process = Process.Start(start) ?? throw new StandaloneException("The rail of play money did not start.");
        return new StandaloneRail(process, key, secret, await ReadUrlAsync(process));
    }

    /// <summary>Tells it where this server can be reached, which is known only now.</summary>
    public async Task ConnectAsync(ICollection<string> urls)
    {
        using HttpClient http = new() { BaseAddress = new Uri(_url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        using HttpResponseMessage answer = await http.PutAsJsonAsync(
            "v1/webhook", new { Url = LocalAddressOf(urls) + Routes.Rails + SimRail.Name + Routes.RailWebhooks });
        answer.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource patience = new(TimeToStop);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // It has nothing to lose: what it has acknowledged is in its database.
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>
    /// An address at which the rail, on the same machine, reaches this server. Plain http where there is one: no certificate has to be trusted.
    /// </summary>
    private static string LocalAddressOf(ICollection<string> urls)
    {
        Uri url = urls.Select(one => new Uri(one.Replace("*", "127.0.0.1", StringComparison.Ordinal).Replace("+", "127.0.0.1", StringComparison.Ordinal)))
            .OrderBy(one => one.Scheme == Uri.UriSchemeHttp ? 0 : 1)
            .First();
        string host = url.Host switch
        {
            "0.0.0.0" => "127.0.0.1",
            "[::]" => "[::1]",
            var named => named,
        };
        return $"{url.Scheme}://{host}:{url.Port}";
    }

    private static byte[] Derive(byte[] seed, string what) =>
        HKDF.Expand(HashAlgorithmName.SHA256, seed, 32, System.Text.Encoding.ASCII.GetBytes("XChat 1.0 standalone rail " + what));

    private static async Task<string> ReadUrlAsync(Process process)
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
                {
                    return line[ReadyLine.Length..];
                }
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        throw new StandaloneException("The rail of play money did not start; its own words are above.");
    }
}
