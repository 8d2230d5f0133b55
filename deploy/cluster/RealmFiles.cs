using System.Globalization;

namespace XChat.LocalCluster;

/// <summary>
/// The realms' keys and their signed configuration, made at the first start with <c>xchat-realm</c> as an operator would. Clients remember the addresses in
/// it, so a cluster keeps its ports.
/// </summary>
internal sealed class RealmFiles(string folder)
{
    public string Configuration => Path.Combine(folder, "realms.configuration");

    public string Key(int number) => Path.Combine(folder, $"realm{number}.key");

    private string PortFile => Path.Combine(folder, "port");

    /// <summary>The port of the cluster that these files are of; null when there are none yet.</summary>
    public int? Port => File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), CultureInfo.InvariantCulture, out int port) ? port : null;

    public async Task CreateIfMissingAsync(PortBlock ports)
    {
        if (File.Exists(PortFile))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        List<string> realms = [];
        for (int number = 1; number <= Roles.RealmCount; number++)
        {
            realms.Add("--realm");
            realms.Add(await Programs.RunAsync(
                "xchat-realm", "key", "--key-file", Key(number), "--name", $"realm {number} of this machine",
                "--address", ports.Realm(number).OriginalString));
        }

        _ = await Programs.RunAsync(
            "xchat-realm", ["configure", "--signer-file", Path.Combine(folder, "signer.key"), "--one-operator", "--output", Configuration, .. realms]);
        await File.WriteAllTextAsync(PortFile, ports.First.ToString(CultureInfo.InvariantCulture));
    }
}
