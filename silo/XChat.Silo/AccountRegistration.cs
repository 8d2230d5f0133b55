using XChat.Grains.Accounts;
using XChat.Storage.Accounts;

namespace XChat.Silo;

/// <summary>Accounts in a silo.</summary>
internal static class AccountRegistration
{
    public static ISiloBuilder AddAccounts(this ISiloBuilder silo)
    {
        silo.Services.AddAccountStorage().AddAccountGrains();
        return silo;
    }
}
