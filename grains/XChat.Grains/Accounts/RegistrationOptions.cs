using Microsoft.Extensions.Options;

using XChat.Crypto.Identity;

namespace XChat.Grains.Accounts;

/// <summary>What a registration costs. Section <c>XChat</c>: frontends tell clients the same number from the same key.</summary>
public sealed class RegistrationOptions
{
    public const string Section = "XChat";

    /// <summary>
    /// Default: 18 leading zero bits, about a quarter of a second on one core. Each further bit doubles what a registration costs honest people and
    /// those who register in bulk.
    /// </summary>
    public int RegistrationDifficulty { get; set; } = 18;
}

/// <summary>Checks the options at start.</summary>
public sealed class RegistrationOptionsValidator : IValidateOptions<RegistrationOptions>
{
    private const int Hopeless = 40;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RegistrationOptions options) =>
        options.RegistrationDifficulty is >= 0 and <= Hopeless and <= RegistrationProof.MaxDifficulty
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"XChat:RegistrationDifficulty is {options.RegistrationDifficulty}, outside 0 to {Hopeless} bits: nobody could register.");
}
