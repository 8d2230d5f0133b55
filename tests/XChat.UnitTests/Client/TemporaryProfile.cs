namespace XChat.UnitTests.Client;

/// <summary>A profile folder that is gone with the test.</summary>
internal sealed class TemporaryProfile : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("xchat-profile-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
