using Microsoft.Extensions.Options;

using XChat.Grains.Wallets;
using XChat.Grains.Wallets.Holders;

namespace XChat.Silo;

/// <summary>The document of the rules for money, from the file that the operator names, or the one that comes with the server.</summary>
internal static class MoneyRulesFile
{
    /// <exception cref="MoneyRulesException">It cannot be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static MoneyRules Read(string path) => path.Length == 0 ? MoneyRules.Default : MoneyRules.Parse(File.ReadAllText(path));
}

/// <summary>Has a silo refuse to start on rules that it cannot use: with others it would pay what it must not.</summary>
internal sealed class MoneyRulesFileValidator : IValidateOptions<WalletOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, WalletOptions options)
    {
        try
        {
            _ = MoneyRulesFile.Read(options.RulesFile);
            return ValidateOptionsResult.Success;
        }
        catch (MoneyRulesException problem)
        {
            return ValidateOptionsResult.Fail(problem.Problems.Select(
                text => $"XChat:Wallets:RulesFile is \"{options.RulesFile}\", where {text}."));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"XChat:Wallets:RulesFile is \"{options.RulesFile}\", which cannot be read: {problem.Message}");
        }
    }
}
