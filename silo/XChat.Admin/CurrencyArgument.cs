using System.CommandLine;

using XChat.Protocol.Wallets;

namespace XChat.Admin;

/// <summary>A currency of ISO 4217.</summary>
internal static class CurrencyArgument
{
    public static Argument<string> Create() => new("currency") { Description = "A currency of ISO 4217.", HelpName = "EUR" };

    /// <exception cref="AdminException">There is none of that name.</exception>
    public static Currency Of(string text) => Currency.TryParse(text, out Currency currency)
        ? currency
        : throw new AdminException($"\"{text}\" is no currency: give the three letters of ISO 4217, as in EUR.");
}
