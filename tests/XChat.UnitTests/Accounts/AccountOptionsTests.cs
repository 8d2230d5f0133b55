using Microsoft.Extensions.Options;

using XChat.Grains.Accounts;

namespace XChat.UnitTests.Accounts;

/// <summary>A silo with options that make no sense does not start, and says why.</summary>
public sealed class AccountOptionsTests
{
    [Fact]
    public void The_defaults_are_in_order()
    {
        Assert.True(new AccountOptionsValidator().Validate(null, new AccountOptions()).Succeeded);
        Assert.True(new RegistrationOptionsValidator().Validate(null, new RegistrationOptions()).Succeeded);
    }

    [Fact]
    public void Every_problem_is_told_with_key_and_value_and_consequence()
    {
        AccountOptions options = new() { SessionsPerDevice = 0, SessionLifetime = TimeSpan.FromSeconds(1), ClaimBurst = 1001 };

        ValidateOptionsResult result = new AccountOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                "XChat:Accounts:SessionLifetime is 00:00:01, outside 00:00:10 to 30.00:00:00: devices would only sign in, or a stolen token last.",
                "XChat:Accounts:SessionsPerDevice is 0, outside 1 to 100: nobody could sign in, or sessions would pile up.",
                "XChat:Accounts:ClaimBurst is 1001, outside 1 to 1000: only last resorts would be handed out, or one person take all packages.",
            ],
            result.Failures);
    }

    [Fact]
    public void No_option_may_be_nothing()
    {
        AccountOptions nothing = new();
        foreach (System.Reflection.PropertyInfo property in typeof(AccountOptions).GetProperties())
        {
            property.SetValue(nothing, Activator.CreateInstance(property.PropertyType));
        }

        IEnumerable<string> told = new AccountOptionsValidator().Validate(null, nothing).Failures!;

        Assert.Equal(
            typeof(AccountOptions).GetProperties().Select(property => $"XChat:Accounts:{property.Name}").Order(StringComparer.Ordinal),
            told.Select(problem => problem.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(41)]
    public void A_difficulty_that_nobody_can_meet_is_refused(int difficulty)
    {
        RegistrationOptions options = new() { RegistrationDifficulty = difficulty };

        ValidateOptionsResult result = new RegistrationOptionsValidator().Validate(null, options);

        Assert.Equal([$"XChat:RegistrationDifficulty is {difficulty}, outside 0 to 40 bits: nobody could register."], result.Failures);
    }
}
