using XChat.Client.Accounts;

namespace XChat.Client.Store;

/// <summary>People whose keys are pinned, own key packages, warnings.</summary>
internal sealed partial class StoreTransaction
{
    public StoredPerson? Person(Guid user) =>
        Open<StoredPerson>("person", Row(user), Sealed("SELECT value FROM person WHERE id = $1", Row(user)));

    public IReadOnlyList<StoredPerson> People() => OpenAll<StoredPerson>("person", "SELECT id, value FROM person");

    /// <summary>Stores a person, who is to go into the history: a new device then knows their keys, and whether they were compared.</summary>
    public void Put(StoredPerson person)
    {
        _ = Execute(
            "INSERT INTO person (id, value) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
            Row(person.User), cipher.Seal("person", Row(person.User), StoreFormat.Write(person)));
        Due(person.User, PersonRow);
    }

    public void Add(StoredKeyPackage package) => Execute(
        "INSERT INTO key_package (reference, last_resort, published, not_after, value) VALUES ($1, $2, 0, $3, $4)",
        package.Reference, package.LastResort ? 1 : 0, package.NotAfterSeconds,
        cipher.Seal("key_package", package.Reference, StoreFormat.Write(package)));

    public IReadOnlyList<StoredKeyPackage> KeyPackages() =>
        OpenAll<StoredKeyPackage>("key_package", "SELECT reference, value FROM key_package");

    public IReadOnlyList<StoredKeyPackage> UnpublishedKeyPackages() =>
        OpenAll<StoredKeyPackage>("key_package", "SELECT reference, value FROM key_package WHERE published = 0");

    public void MarkKeyPackagesPublished(IEnumerable<StoredKeyPackage> packages)
    {
        foreach (StoredKeyPackage package in packages)
        {
            _ = Execute("UPDATE key_package SET published = 1 WHERE reference = $1", package.Reference);
        }
    }

    public void DropKeyPackage(byte[] reference) => Execute("DELETE FROM key_package WHERE reference = $1", reference);

    public int DropKeyPackagesPast(long nowSeconds) => Execute("DELETE FROM key_package WHERE not_after < $1", nowSeconds);

    /// <summary>Each warning is kept once; false when it was there already.</summary>
    public bool Add(SecurityWarning warning)
    {
        byte[] digest = warning.Digest();
        return Execute(
            "INSERT INTO warning (digest, value) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
            digest, cipher.Seal("warning", digest, StoreFormat.Write(warning))) > 0;
    }

    public IReadOnlyList<SecurityWarning> Warnings() =>
        OpenAll<SecurityWarning>("warning", "SELECT digest, value FROM warning ORDER BY position");
}
