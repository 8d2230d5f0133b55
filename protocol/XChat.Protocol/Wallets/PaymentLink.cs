namespace XChat.Protocol.Wallets;

/// <summary>
/// A link that asks to be paid: <c>xchat:pay?to=alice&amp;amount=12.34&amp;currency=EUR&amp;memo=lunch</c>. It proves nothing: whoever opens it decides.
/// </summary>
/// <param name="Handle">Who is to be paid, without '@'.</param>
/// <param name="Amount">What is to be paid; null where the payer says how much and in what.</param>
/// <param name="Memo">What for; empty for nothing.</param>
public sealed record PaymentLink(string Handle, Money? Amount, string Memo)
{
    /// <summary>Characters of a link.</summary>
    public const int MostCharacters = 512;

    /// <summary>Characters of a memo in a link.</summary>
    public const int MostMemoCharacters = 140;

    private const string Start = "xchat:pay?";

    /// <summary>Writes the link.</summary>
    public string Write()
    {
        string amount = Amount is { } money ? $"&amount={money.FormatAmount()}&currency={money.Currency}" : string.Empty;
        string memo = Memo.Length == 0 ? string.Empty : "&memo=" + Uri.EscapeDataString(Memo);
        return $"{Start}to={Uri.EscapeDataString(Handle)}{amount}{memo}";
    }

    /// <summary>
    /// Reads a link. False: it is none, names nobody, has a part twice or one that is not known, or an amount that is none. What is not known might change
    /// what is asked for, so such a link is not followed.
    /// </summary>
    public static bool TryRead(string? text, out PaymentLink? link)
    {
        link = null;
        if (text is not { Length: <= MostCharacters } || !text.StartsWith(Start, StringComparison.Ordinal))
        {
            return false;
        }

        Dictionary<string, string> parts = [];
        foreach (string part in text[Start.Length..].Split('&'))
        {
            int at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || part[..at] is not ("to" or "amount" or "currency" or "memo")
                || !parts.TryAdd(part[..at], Uri.UnescapeDataString(part[(at + 1)..])))
            {
                return false;
            }
        }

        string handle = parts.GetValueOrDefault("to", string.Empty).TrimStart('@');
        string memo = parts.GetValueOrDefault("memo", string.Empty);
        Money? amount = null;
        bool readable = handle.Length is > 0 and <= Limits.HandleMaxLength && handle.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
            && memo.Length <= MostMemoCharacters && !memo.Any(char.IsControl)
            && parts.ContainsKey("amount") == parts.ContainsKey("currency");
        if (readable && parts.TryGetValue("amount", out string? digits))
        {
            readable = Currency.TryParse(parts["currency"], out Currency currency) & Money.TryParse(digits, currency, out Money money)
                && money.MinorUnits > 0;
            amount = money;
        }

        link = readable ? new PaymentLink(handle, amount, memo) : null;
        return readable;
    }
}
