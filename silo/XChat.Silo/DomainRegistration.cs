
namespace XChat.Silo;

/// <summary>
/// The one list of what the product does. Each domain registers its stores, committers and options in an extension method of its own,
/// in a file beside this one (<c>AddAccounts</c>, <c>AddConversations</c>, ...), and has one line here.
/// </summary>
internal static class DomainRegistration
{
    public static ISiloBuilder AddDomains(this ISiloBuilder silo) => silo
        .AddAccounts()
        .AddConversations()
        .AddDelivery()
        .AddWallets()
        .AddChatPayments()
        .AddRails()
        .AddDisputes()
        .AddTransparency()
        .AddHistory()
        .AddReports();
}
