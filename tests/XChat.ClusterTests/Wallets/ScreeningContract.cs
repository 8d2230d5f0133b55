using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Grains.Wallets.Screening;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Who is on the screening list neither pays nor is paid until a person has decided, whatever the cases are stored in.</summary>
public abstract class ScreeningContract : IAsyncLifetime
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected WalletCluster Cluster { get; private set; } = null!;

    private ListScreening List => Cluster.Services.GetRequiredService<ListScreening>();

    private ScreeningDesk Desk => Cluster.Services.GetRequiredService<ScreeningDesk>();

    public async ValueTask InitializeAsync() => Cluster = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<WalletCluster> StartAsync();

    protected virtual ValueTask StopAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_payment_to_or_from_somebody_on_the_list_is_refused_and_opens_one_case()
    {
        TestPayer alice = await TestPayer.CreateAsync(Cluster, 100_00);
        TestPayer listed = await TestPayer.CreateAsync(Cluster, 100_00);
        Put(listed);

        TransferDecided to = await alice.PayAsync(listed, 1_00);
        TransferDecided again = await alice.PayAsync(listed, 1_00);
        TransferDecided from = await listed.PayAsync(alice, 1_00);
        TransferDecided deposit = await Cluster.Grains.Wallet(WalletCluster.Rail).Transfer(WalletCluster.Order(listed.Key, 5_00, TransferReason.Deposit));

        Assert.Equal(
            [WalletStatus.PayeeUnavailable, WalletStatus.PayeeUnavailable, WalletStatus.AccountFrozen, WalletStatus.Accepted],
            new[] { to, again, from, deposit }.Select(answer => answer.Status));
        MoneyCase open = Assert.Single(await CasesAsync());
        Assert.Equal((MoneyCaseKind.Screening, listed.User, MoneyCaseState.Open), (open.Kind, open.User, open.State));
        Assert.StartsWith(listed.User.Value.ToString("D"), open.Subject, StringComparison.Ordinal);
        Assert.Equal((100_00, 105_00), (await alice.AvailableAsync(), await listed.AvailableAsync()));
    }

    [Fact]
    public async Task Somebody_on_the_list_is_blocked_by_the_first_money_that_comes_in()
    {
        TestPayer listed = await TestPayer.CreateAsync(Cluster);
        Put(listed);

        await Cluster.FundAsync(listed.User, 5_00);

        Assert.Equal(listed.User, Assert.Single(await CasesAsync()).User);
        BalanceRead kept = await listed.Wallet.Balance(new ReadBalance());
        Assert.Equal((5_00L, true), (kept.CreditsPosted, kept.Frozen));
    }

    [Fact]
    public async Task Who_is_cleared_pays_again_and_is_not_found_by_the_same_entry_but_by_another()
    {
        TestPayer alice = await TestPayer.CreateAsync(Cluster, 100_00);
        TestPayer namesake = await TestPayer.CreateAsync(Cluster, 100_00);
        Put(namesake);
        await alice.PayAsync(namesake, 1_00);
        MoneyCase open = Assert.Single(await CasesAsync());

        MoneyCaseClosed cleared = await Cluster.Grains.MoneyCases().Close(new CloseMoneyCase(open.Case, MoneyCaseState.Cleared));
        TransferDecided paid = await alice.PayAsync(namesake, 1_00);
        Put(namesake);
        int found = await Desk.RescreenAsync(Cancelled);
        TransferDecided later = await namesake.PayAsync(alice, 1_00);
        MoneyCaseClosed other = await Cluster.Grains.MoneyCases().Close(new CloseMoneyCase(open.Case, MoneyCaseState.Confirmed));

        Assert.Equal((MoneyCaseStatus.Accepted, MoneyCaseState.Cleared), (cleared.Status, cleared.Case!.State));
        Assert.Equal((WalletStatus.Accepted, WalletStatus.Accepted, 0), (paid.Status, later.Status, found));
        Assert.Equal(MoneyCaseStatus.Closed, other.Status);
        Assert.Empty(await CasesAsync());

        List.Replace(ScreeningList.Parse($"{namesake.User.Value:D} another list"));
        Assert.Equal(WalletStatus.AccountFrozen, (await namesake.PayAsync(alice, 1_00)).Status);
        Assert.Single(await CasesAsync());
    }

    [Fact]
    public async Task A_list_that_changes_is_held_against_everybody_who_has_a_wallet()
    {
        TestPayer alice = await TestPayer.CreateAsync(Cluster, 100_00);
        TestPayer[] people = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TestPayer.CreateAsync(Cluster, 100_00)));
        foreach (TestPayer person in people)
        {
            Assert.Equal(WalletStatus.Accepted, (await person.PayAsync(alice, 1)).Status);
        }

        Put(people[1], people[3]);
        int found = await Desk.RescreenAsync(Cancelled);

        Assert.Equal(2, found);
        Assert.Equal(
            new[] { people[1].User, people[3].User }.OrderBy(user => user.Value), (await CasesAsync()).Select(open => open.User).OrderBy(user => user.Value));
        HolderDescribed blocked = await Cluster.Grains.Holder(people[3].User).Describe(new DescribeHolder([]));
        Assert.True(blocked.Blocked);
        Assert.Equal(
            [WalletStatus.Accepted, WalletStatus.AccountFrozen, WalletStatus.Accepted, WalletStatus.AccountFrozen, WalletStatus.Accepted],
            (await Task.WhenAll(people.Select(person => person.PayAsync(alice, 1)))).Select(paid => paid.Status));
    }

    [Fact]
    public async Task Who_is_confirmed_stays_blocked()
    {
        TestPayer alice = await TestPayer.CreateAsync(Cluster, 100_00);
        Put(alice);
        await Desk.RescreenAsync(Cancelled);
        MoneyCase open = Assert.Single(await CasesAsync());

        MoneyCaseClosed confirmed = await Cluster.Grains.MoneyCases().Close(new CloseMoneyCase(open.Case, MoneyCaseState.Confirmed));
        List.Replace(ScreeningList.Empty);

        Assert.Equal(MoneyCaseStatus.Accepted, confirmed.Status);
        Assert.True((await Cluster.Grains.Holder(alice.User).Describe(new DescribeHolder([]))).Blocked);
        Assert.Equal(MoneyCaseStatus.NotFound, (await Cluster.Grains.MoneyCases().Close(new CloseMoneyCase(Guid.NewGuid(), MoneyCaseState.Cleared))).Status);
    }

    protected static void AddRules(IServiceCollection services) => services.AddSingleton(MoneyRules.Default);

    private void Put(params TestPayer[] people) => List.Replace(ScreeningList.Parse(
        $"# the test's list\n{string.Join('\n', people.Select(person => $"{person.User.Value:D} entry 17 of the list"))}"));

    private async Task<IReadOnlyList<MoneyCase>> CasesAsync() =>
        (await Cluster.Grains.MoneyCases().List(new ListMoneyCases(OpenOnly: true, Guid.Empty, 100))).Cases;
}
