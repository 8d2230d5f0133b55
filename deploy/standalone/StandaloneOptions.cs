namespace XChat.Standalone;

/// <summary>The three things that can be said about a standalone server.</summary>
/// <param name="Urls">Where clients connect; several with semicolons between.</param>
/// <param name="DataFolder">Where the embedded database is kept between runs.</param>
/// <param name="Postgres">The connection string of a server to use instead of the embedded one; null for the embedded one.</param>
internal sealed record StandaloneOptions(string Urls, string DataFolder, string? Postgres)
{
    public const string DefaultUrls = "http://127.0.0.1:5080";
    public const string DefaultDataFolder = ".xchat";
}
