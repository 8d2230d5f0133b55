using XChat.Storage.Migrations;

namespace XChat.Silo;

/// <summary>The schema of the silo's own database.</summary>
internal sealed record SiloSchema(IReadOnlyList<Migration> Migrations);
