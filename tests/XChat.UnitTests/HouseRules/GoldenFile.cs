namespace XChat.UnitTests.HouseRules;

/// <summary>
/// Compares text with a file in tests/golden. A missing file fails with its content in the message; set XCHAT_WRITE_GOLDEN=1 to write it, and
/// review the difference: it is the wire.
/// </summary>
internal static class GoldenFile
{
    public static void Check(string name, string actual)
    {
        string path = Path.Combine(SourceTree.Root, "tests", "golden", name);
        if (Environment.GetEnvironmentVariable("XCHAT_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"tests/golden/{name} is missing; its content would be:\n{actual}\nRun once with XCHAT_WRITE_GOLDEN=1 and review it.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
