namespace XChat.Cli.Delivery;

/// <summary>Standard input and output as they are, for scripts and pipes.</summary>
internal sealed class PlainPrompt : Prompt
{
    public override void Print(string line) => Console.WriteLine(line);

    public override void Dispose()
    {
    }

    protected override string? ReadLine() => Console.In.ReadLine();
}
