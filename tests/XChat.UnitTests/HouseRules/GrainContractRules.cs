using System.Reflection;

using Orleans.Concurrency;

using XChat.GrainInterfaces.Accounts;

namespace XChat.UnitTests.HouseRules;

/// <summary>What every grain contract promises in the same words, and which calls may interleave: a change here is a decision, not an accident.</summary>
public sealed class GrainContractRules
{
    private static readonly string[] RemarkLines = ["Key:", "Owns:", "Durable when:", "Retry:", "Scheduling:"];

    private static readonly string[] Interleaving =
    [
        "IAccountGrain.Describe",
        "IConversationGrain.AdvanceCursor",
        "IConversationGrain.Append",
        "IConversationGrain.Read",
        "IConversationGrain.Signal",
        "IConversationMembershipGrain.Describe",
        "IConversationMembershipGrain.ReadWelcome",
        "IConversationRosterGrain.FindMembers",
        "IHistoryGrain.Read",
        "IRailPaymentGrain.Describe",
        "IRedPacketGrain.Describe",
        "IRedPacketGrain.Open",
        "IRedPacketGrain.Settle",
        "IRouteWatcherGrain.RoutesChanged",
        "ITransparencyLogGrain.DescribeHead",
        "ITransparencyLogGrain.ListKeys",
        "ITransparencyLogGrain.LookUp",
        "ITransparencyLogGrain.Read",
        "IWalletGrain.Balance",
        "IWalletGrain.Freeze",
        "IWalletGrain.Pay",
        "IWalletGrain.Redeem",
        "IWalletGrain.Resolve",
        "IWalletGrain.Statement",
        "IWalletGrain.Transfer",
    ];

    private static IEnumerable<Type> Contracts =>
        typeof(IAccountGrain).Assembly.GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)));

    [Fact]
    public void Only_the_calls_listed_here_interleave()
    {
        IEnumerable<string> found = Contracts
            .SelectMany(contract => contract.GetMethods())
            .Where(method => method.GetCustomAttribute<AlwaysInterleaveAttribute>() is not null || method.GetCustomAttribute<ReadOnlyAttribute>() is not null)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(Interleaving, found);
    }

    [Fact]
    public void No_grain_is_reentrant_and_no_call_is_one_way()
    {
        IEnumerable<string> wrong = SourceTree.Files(".cs")
            .Where(path => path.StartsWith("grain", StringComparison.Ordinal) && !path.Contains("PushStreams", StringComparison.Ordinal))
            .Where(path => new[] { "[Reentrant", "[OneWay" }.Any(banned => SourceTree.Read(path).Contains(banned, StringComparison.Ordinal)));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_contract_states_its_five_remarks()
    {
        IEnumerable<string> wrong =
            from contract in Contracts
            let file = SourceTree.Files(".cs").Single(path => path.EndsWith($"/{contract.Name}.cs", StringComparison.Ordinal))
            from remark in RemarkLines
            where !SourceTree.Read(file).Contains($"/// {remark}", StringComparison.Ordinal)
            select $"{contract.Name} lacks '{remark}'";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_contract_and_method_has_a_durable_name()
    {
        IEnumerable<string> contracts = Contracts.Where(type => type.GetCustomAttribute<AliasAttribute>() is null).Select(type => type.Name);
        IEnumerable<string> methods = Contracts.SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<AliasAttribute>() is null)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Empty(contracts.Concat(methods));
    }

    [Fact]
    public void Every_call_takes_one_request_and_answers_with_one_record()
    {
        IEnumerable<string> wrong = Contracts.SelectMany(type => type.GetMethods())
            .Where(method => method.GetParameters().Length > 1 || method.ReturnType.GetGenericArguments().Any(type => type.IsPrimitive))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Empty(wrong);
    }
}
