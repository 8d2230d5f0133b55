using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>Typed references to the grains of this domain.</summary>
public static class WalletGrainFactoryExtensions
{
    /// <summary>Any wallet.</summary>
    public static IWalletGrain Wallet(this IGrainFactory factory, WalletKey key) =>
        factory.GetCachedGrain<IWalletGrain>(key.Owner, key.ToKeyExtension());

    /// <summary>A user's wallet in a currency.</summary>
    public static IWalletGrain Wallet(this IGrainFactory factory, UserId user, Currency currency) => factory.Wallet(WalletKey.Of(user, currency));

    /// <summary>What is said about a person who holds wallets.</summary>
    public static IHolderGrain Holder(this IGrainFactory factory, UserId user) => factory.GetGrain<IHolderGrain>(user.Value);

    /// <summary>The queue of what operators have to look into.</summary>
    public static IMoneyCaseGrain MoneyCases(this IGrainFactory factory) => factory.GetGrain<IMoneyCaseGrain>(0);

    /// <summary>A user's wallets.</summary>
    public static IWalletListGrain WalletList(this IGrainFactory factory, UserId user) => factory.GetGrain<IWalletListGrain>(user.Value);
}
