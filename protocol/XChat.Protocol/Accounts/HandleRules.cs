using System.Text;

namespace XChat.Protocol.Accounts;

/// <summary>
/// What a handle may look like, and when two look alike. Only ASCII is let in, so that no invisible or foreign character can imitate
/// another; what remains confusable within ASCII has one <see cref="Skeleton"/> (the idea of Unicode UTS 39 section 4).
/// </summary>
public static class HandleRules
{
    /// <summary>Normalises a handle and says whether it may be registered.</summary>
    /// <param name="handle">As typed: a leading '@' and capitals are allowed.</param>
    /// <param name="normalised">
    /// Without the '@' and in lower case. Also given for a refused handle, because the proof of work is over it; empty for one that is far too long.
    /// </param>
    /// <returns><see cref="RegisterStatus.Accepted"/>, <see cref="RegisterStatus.HandleInvalid"/> or <see cref="RegisterStatus.HandleReserved"/>.</returns>
    public static RegisterStatus Check(string handle, out string normalised)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ReadOnlySpan<char> name = handle.StartsWith('@') ? handle.AsSpan(1) : handle;
        normalised = name.Length <= 2 * Limits.HandleMaxLength ? LowerAscii(name) : string.Empty;
        return !IsWellFormed(normalised) ? RegisterStatus.HandleInvalid
            : ReservedHandles.Contains(normalised) ? RegisterStatus.HandleReserved
            : RegisterStatus.Accepted;
    }

    /// <summary>
    /// What remains of a normalised handle when everything that looks alike is made the same: separators are dropped; 0 is o; 1 and i are l; m is rn;
    /// w is vv. Two handles with the same skeleton cannot both be registered.
    /// </summary>
    public static string Skeleton(string normalised)
    {
        ArgumentNullException.ThrowIfNull(normalised);
        StringBuilder skeleton = new(2 * normalised.Length);
        foreach (char character in normalised)
        {
            // Pairs that look like one letter stand for it, not the other way round: "vvv" then equals both "vw" and "wv".
            _ = character switch
            {
                '_' or '.' => skeleton,
                '0' => skeleton.Append('o'),
                '1' or 'i' => skeleton.Append('l'),
                'm' => skeleton.Append("rn"),
                'w' => skeleton.Append("vv"),
                _ => skeleton.Append(character),
            };
        }

        return skeleton.ToString();
    }

    private static bool IsWellFormed(string normalised) =>
        normalised.Length is >= Limits.HandleMinLength and <= Limits.HandleMaxLength
        && char.IsAsciiLetterLower(normalised[0])
        && normalised.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '_' or '.');

    /// <summary>ASCII only: a full lower-casing would turn the Kelvin sign into a k.</summary>
    private static string LowerAscii(ReadOnlySpan<char> name) => string.Create(name.Length, name, static (lower, from) =>
    {
        for (int index = 0; index < from.Length; index++)
        {
            lower[index] = char.IsAsciiLetterUpper(from[index]) ? (char)(from[index] | 0x20) : from[index];
        }
    });
}
