using System.Text;

namespace XChat.Cli.Delivery;

/// <summary>An input line at the bottom; what is printed goes above it, and what was typed so far stays.</summary>
internal sealed class TerminalPrompt : Prompt
{
    private const string Sign = "> ";
    private const int UsualWidth = 80;
    private const string ClearLine = "\r\e[2K";
    private const char EndOfInput = '\u0004';
    private const char KillLine = '\u0015';
    private const char KillWord = '\u0017';

    private readonly Lock _screen = new();
    private readonly StringBuilder _typed = new();
    private bool _closed;

    public override void Print(string line)
    {
        lock (_screen)
        {
            Console.Out.Write(_closed ? line + "\n" : $"{ClearLine}{line}\n{InputLine()}");
        }
    }

    public override void Dispose()
    {
        lock (_screen)
        {
            _closed = true;
            Console.Out.Write(ClearLine);
        }
    }

    protected override string? ReadLine()
    {
        Redraw();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            lock (_screen)
            {
                switch (key)
                {
                    case { Key: ConsoleKey.Enter }:
                        string line = _typed.ToString();
                        _ = _typed.Clear();
                        return line;
                    case { KeyChar: EndOfInput } when _typed.Length == 0:
                        return null;
                    case { Key: ConsoleKey.Backspace } when _typed.Length > 0:
                        // A character outside the basic plane is two units.
                        _typed.Length -= _typed.Length > 1 && char.IsLowSurrogate(_typed[^1]) ? 2 : 1;
                        break;
                    case { KeyChar: KillLine }:
                        _ = _typed.Clear();
                        break;
                    case { KeyChar: KillWord }:
                        _typed.Length = _typed.ToString().TrimEnd().LastIndexOf(' ') + 1;
                        break;
                    case { KeyChar: var typed } when !char.IsControl(typed):
                        _ = _typed.Append(typed);
                        break;
                }
            }

            Redraw();
        }
    }

    private void Redraw()
    {
        lock (_screen)
        {
            // The first half of a character is shown with the second.
            if (!_closed && !(_typed.Length > 0 && char.IsHighSurrogate(_typed[^1])))
            {
                Console.Out.Write(ClearLine + InputLine());
            }
        }
    }

    /// <summary>As much of the end of what was typed as fits on one line.</summary>
    private string InputLine()
    {
        int width = Console.WindowWidth > 0 ? Console.WindowWidth : UsualWidth;
        int room = Math.Max(1, width - Sign.Length - 1);
        string typed = _typed.ToString();
        return Sign + (typed.Length <= room ? typed : typed[^room..]);
    }
}
