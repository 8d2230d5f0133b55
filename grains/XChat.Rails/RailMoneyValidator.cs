using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets.Rails;

namespace XChat.Rails;

/// <summary>
/// Rails of play money and of real money never serve the same wallets: what came in as play money would go out as real. A silo that is told to have both
/// does not start.
/// </summary>
internal sealed class RailMoneyValidator(IServiceProvider services) : IValidateOptions<RailOptions>
{
    public ValidateOptionsResult Validate(string? name, RailOptions options)
    {
        ILookup<bool, string> byKind;
        try
        {
            byKind = services.GetServices<IPaymentRail>().ToLookup(rail => rail.Description.PlayMoney, rail => rail.Description.Rail);
        }
        catch (OptionsValidationException)
        {
            // The settings of a rail are wrong, which is told beside this.
            return ValidateOptionsResult.Skip;
        }

        return byKind.Contains(true) && byKind.Contains(false)
            ? ValidateOptionsResult.Fail(
                $"{RailOptions.Section} has rails of real money ({string.Join(", ", byKind[false])}) and of play money ({string.Join(", ", byKind[true])}): "
                + "what comes in as play money could be taken out as real. Leave one kind out; for play money take a database of its own.")
            : ValidateOptionsResult.Success;
    }
}
