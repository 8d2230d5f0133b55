using XChat.Crypto.Recovery;
using XChat.Storage.Diagnosis;

namespace XChat.Admin.Doctor;

/// <summary>The server's keys, and the realms that frontends name.</summary>
internal static class KeyChecks
{
    private const string Keys = "key ages";
    private const string Realms = "realms";

    /// <summary>A rotation costs clients one signature, so it may as well be done every year.</summary>
    private static readonly TimeSpan OldKey = TimeSpan.FromDays(400);

    public static async Task<IReadOnlyList<Finding>> SigningKeysAsync(Patient patient, CancellationToken cancellationToken)
    {
        IReadOnlyList<SigningKeyAge> keys = await patient.Diagnosis.ReadSigningKeysAsync(cancellationToken);
        if (keys is not [.., var newest])
        {
            return [Finding.Fine(Keys, "The key log has no key yet; the first silo makes one.")];
        }

        TimeSpan age = patient.Time.GetUtcNow() - newest.CreatedAt;
        return age > OldKey
            ? [Finding.Advice(
                Keys, $"Key {newest.Number} has signed the key log for {age.TotalDays:0} days.",
                $"Rotate it: set XChat:Transparency:KeyNumber to {newest.Number + 1} on every silo and restart them one by one; docs/operations.md, Keys.")]
            : [Finding.Fine(Keys, $"Key {newest.Number} signs the key log since {newest.CreatedAt:yyyy-MM-dd}.")];
    }

    public static Task<IReadOnlyList<Finding>> RealmsAsync(Patient patient, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([Look(patient.RealmConfiguration)]);

    private static Finding Look(string? file)
    {
        if (file is null)
        {
            return Finding.Advice(
                Realms, "Not looked at: accounts without realms have no way back after the loss of all devices.",
                "Name the file that the frontends serve: --realms FILE");
        }

        try
        {
            return !RealmConfiguration.TryVerify(File.ReadAllBytes(file), out RealmConfiguration? configuration)
                ? Finding.Problem(Realms, $"{file} is no signed configuration: clients refuse it.", "Make it anew with xchat-realm configure.")
                : configuration.OneOperator
                ? Finding.Advice(
                    Realms, $"One operator runs all {configuration.Realms.Count} realms: a PIN protects nothing against that one, and clients say so.",
                    "Have others run realms, and sign a configuration without --one-operator.")
                : Finding.Fine(Realms, $"{configuration.Threshold} of {configuration.Realms.Count}, fingerprint {configuration.Fingerprint}.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Finding.Problem(Realms, $"{file} cannot be read: {problem.Message}", "Name the file that the frontends serve, and see that it may be read.");
        }
    }
}
