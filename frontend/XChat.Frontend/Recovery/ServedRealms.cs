using Microsoft.Extensions.Options;

using XChat.Crypto.Recovery;

namespace XChat.Frontend.Recovery;

/// <summary>The signed configuration of the realms that this server's accounts use; null for none.</summary>
public sealed record ServedRealms(byte[]? Configuration)
{
    internal static ServedRealms FromOptions(IServiceProvider services)
    {
        string file = services.GetRequiredService<IOptions<FrontendOptions>>().Value.RealmConfigurationFile;
        return new ServedRealms(file.Length == 0 ? null : Read(file));
    }

    /// <summary>What a file holds, when that is a signed configuration.</summary>
    internal static byte[]? Read(string file)
    {
        try
        {
            byte[] configuration = File.ReadAllBytes(file);
            return RealmConfiguration.TryVerify(configuration, out _) ? configuration : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
