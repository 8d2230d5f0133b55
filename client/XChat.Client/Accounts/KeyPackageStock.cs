using XChat.Client.Delivery;
using XChat.Client.Store;
using XChat.Crypto.Mls;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Client.Accounts;

/// <summary>
/// The key packages by which others add this device. Private keys are stored before the public part leaves; those of a one-time package are
/// deleted with the Welcome that used it.
/// </summary>
internal sealed class KeyPackageStock(ProfileStore store, DeviceKeys device, ServerSlot server, TimeProvider time)
{
    private const int RefillBelow = Limits.KeyPackagesPerDevice / 4;
    private const int RefillTo = Limits.KeyPackagesPerDevice / 2;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(84);
    private static readonly TimeSpan LastResortRenewal = TimeSpan.FromDays(28);

    /// <summary>A Welcome may come some time after its package lapsed on the server.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(14);

    /// <summary>Clocks differ.</summary>
    private static readonly TimeSpan Backdate = TimeSpan.FromDays(1);

    /// <summary>Everything that a Welcome may name.</summary>
    public IReadOnlyList<KeyPackageBundle> Candidates() =>
        [.. store.Read(transaction => transaction.KeyPackages()).Select(package => KeyPackageBundle.Deserialize(package.Bundle))];

    /// <summary>Uploads what was made and not uploaded yet, and new ones when the server has few left.</summary>
    public async Task RefillAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        store.Write(transaction => transaction.DropKeyPackagesPast((now - Grace).ToUnixTimeSeconds()));
        int available = await PublishAsync(cancellationToken);
        IReadOnlyList<StoredKeyPackage> kept = store.Read(transaction => transaction.KeyPackages());
        bool outdated = kept.Count > 0 && kept.All(package => !package.WelcomeKey);
        bool needsLastResort = !kept.Any(package => package.LastResort && package.WelcomeKey
            && DateTimeOffset.FromUnixTimeSeconds(package.NotAfterSeconds) > now + Lifetime - LastResortRenewal);
        int missing = outdated ? RefillTo : available < RefillBelow ? RefillTo - available : 0;
        if (missing == 0 && !needsLastResort)
        {
            return;
        }

        StoredKeyPackage[] made =
        [
            .. Enumerable.Range(0, missing).Select(_ => Make(now, lastResort: false)),
            .. needsLastResort ? [Make(now, lastResort: true)] : Array.Empty<StoredKeyPackage>(),
        ];
        store.Write(transaction =>
        {
            foreach (StoredKeyPackage package in made)
            {
                transaction.Add(package);
            }
        });
        _ = await PublishAsync(cancellationToken);
    }

    /// <summary>
    /// Uploads what waits. As long as there are one-time packages from before Welcome keys, they are taken back with it: others no longer take them.
    /// </summary>
    private async Task<int> PublishAsync(CancellationToken cancellationToken)
    {
        StoredKeyPackage[] waiting = [.. store.Read(transaction => transaction.UnpublishedKeyPackages()).Where(package => package.WelcomeKey)];
        byte[][] oneTime = [.. waiting.Where(package => !package.LastResort).Select(PublicPart)];
        bool replace = oneTime.Length > 0 && store.Read(transaction => transaction.KeyPackages()).Any(package => !package.LastResort && !package.WelcomeKey);
        byte[]? lastResort = waiting.Where(package => package.LastResort).MaxBy(package => package.NotAfterSeconds) is { } last ? PublicPart(last) : null;
        PublishKeyPackagesResult result = await server.CallAsync(
            hub => hub.PublishKeyPackages(new PublishKeyPackagesRequest(oneTime, lastResort, replace)), cancellationToken);
        switch (result.Status)
        {
            case KeyPackageStatus.Accepted:
                store.Write(transaction => transaction.MarkKeyPackagesPublished(waiting));
                return result.Available;
            case KeyPackageStatus.TooMany:
                // None of them was taken, so nobody can have used one.
                store.Write(transaction => waiting.ToList().ForEach(package => transaction.DropKeyPackage(package.Reference)));
                return Limits.KeyPackagesPerDevice;
            case KeyPackageStatus.DeviceRevoked:
                throw new XChatException(ClientErrorReason.SignInRefused, "This device was removed from the account: link it again.");
            default:
                throw new XChatException(ClientErrorReason.ProtocolMismatch, $"The server refused our key packages: {result.Status}.");
        }
    }

    private static byte[] PublicPart(StoredKeyPackage package)
    {
        using KeyPackageBundle bundle = KeyPackageBundle.Deserialize(package.Bundle);
        return bundle.KeyPackage;
    }

    private StoredKeyPackage Make(DateTimeOffset now, bool lastResort)
    {
        using KeyPackageBundle bundle = KeyPackageBundle.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, device.Identity, device.Signing, now - Backdate, now + Lifetime, lastResort);
        return new StoredKeyPackage(bundle.Reference, lastResort, (now + Lifetime).ToUnixTimeSeconds(), bundle.Serialize(), bundle.HasWelcomeKey);
    }
}
