namespace XChat.Standalone;

/// <summary>The four things that can be said about a standalone server.</summary>
/// <param name="Urls">Where clients connect; several with semicolons between.</param>
/// <param name="DataFolder">Where the embedded database is kept between runs.</param>
/// <param name="Postgres">The connection string of a server to use instead of the embedded one; null for the embedded one.</param>
/// <param name="MoneyRules">The file with the rules for money; empty for those that come with the server.</param>
internal sealed record StandaloneOptions(string Urls, string DataFolder, string? Postgres, string MoneyRules)
{
    public const string DefaultUrls = "http://127.0.0.1:5080";
    public const string DefaultDataFolder = ".xchat";
}
