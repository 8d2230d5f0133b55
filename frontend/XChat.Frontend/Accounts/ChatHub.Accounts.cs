using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<FindAccountResult> FindAccountByHandle(string handle)
    {
        // One more for the '@' that people put in front.
        string text = Field.Text(handle, Limits.HandleMaxLength + 1);
        HandleOwner owner = await cluster.HandleDirectory().Find(text);
        return owner.User.IsEmpty ? new FindAccountResult(null) : await DescribeAsync(owner.User);
    }

    public Task<FindAccountResult> FindAccount(Guid user) => DescribeAsync(Field.User(user));

    public async Task<PublishDeviceListResult> PublishDeviceList(PublishDeviceListRequest request)
    {
        byte[] list = Field.Bytes(Field.Required(request).DeviceList, Limits.DeviceListBytes);
        DeviceListPublished published = await cluster.Account(Caller.User).PublishDeviceList(new PublishDeviceList(Caller, list));
        return new PublishDeviceListResult(published.Status, published.Version);
    }

    public async Task<PublishKeyPackagesResult> PublishKeyPackages(PublishKeyPackagesRequest request)
    {
        IReadOnlyList<byte[]> oneTime = Field.List(Field.Required(request).OneTime, 0, Limits.KeyPackagesPerDevice);
        foreach (byte[] package in oneTime)
        {
            Field.Bytes(package, Limits.KeyPackageBytes, nameof(request.OneTime));
        }

        byte[]? lastResort = Field.OptionalBytes(request.LastResort, Limits.KeyPackageBytes);
        KeyPackagesPublished published =
            await cluster.KeyPackages(Caller.User).Publish(new PublishKeyPackages(Caller, oneTime, lastResort, request.Replace));
        return new PublishKeyPackagesResult(published.Status, published.Available);
    }

    public async Task<ClaimKeyPackagesResult> ClaimKeyPackages(ClaimKeyPackagesRequest request)
    {
        UserId[] users =
        [
            .. Field.List(Field.Required(request).Users, 1, Limits.ClaimsPerCall).Select(user => Field.User(user, nameof(request.Users))).Distinct(),
        ];
        ClaimKeyPackages claim = new(Caller);
        KeyPackagesClaimed[] claimed = await Task.WhenAll(users.Select(user => cluster.KeyPackages(user).Claim(claim)));
        return new ClaimKeyPackagesResult(
        [
            .. users.Zip(claimed).SelectMany(pair => pair.Second.Packages.Select(
                package => new ClaimedKeyPackage(pair.First.Value, package.Device.Value, package.KeyPackage))),
        ]);
    }

    private async Task<FindAccountResult> DescribeAsync(UserId user)
    {
        AccountDescription account = await cluster.Account(user).Describe();
        return new FindAccountResult(
            account.Exists ? new AccountView(user.Value, account.Handle, account.AccountKey, account.DeviceList) : null);
    }
}
