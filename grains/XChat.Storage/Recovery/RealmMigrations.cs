using XChat.Storage.Migrations;

namespace XChat.Storage.Recovery;

/// <summary>
/// The schema of a realm's database. A realm is a cluster of its own on a database of its own, so it begins with the same tables of Orleans; then come
/// its records, numbered apart from the main database's.
/// </summary>
public static class RealmMigrations
{
    /// <summary>The migrations of this binary, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = [Migration.All[0], .. Migration.ReadEmbedded("Realm.", first: 2)];
}
