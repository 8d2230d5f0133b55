using System.Reflection;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

using XChat.Frontend.RateLimits;
using XChat.Frontend.Recovery;
using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Accounts;

/// <summary>What a device does before it has a session: look at the server, register, sign in. And end its session.</summary>
internal static class AccountEndpoints
{
    // A registration holds a device list; the rest is smaller. Base64 takes a third more.
    private const int MostBytes = Limits.DeviceListBytes * 2;
    private const int AccountKeyBytes = 32;
    private const int ChallengeBytes = 32;
    private const int SignatureBytes = 64;

    private static readonly string Version =
        typeof(AccountEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static void MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Routes.Server, (TimeProvider time, IOptions<FrontendOptions> options, ServedRealms realms) =>
            new ServerInfo(Version, time.GetUtcNow().ToUnixTimeMilliseconds(), options.Value.RegistrationDifficulty, realms.Configuration));
        endpoints.MapPost(Routes.Accounts, RegisterAsync);
        endpoints.MapGet($"{Routes.AccountByHandle}{{handle}}", FindAsync);
        endpoints.MapPost(Routes.DeviceLists, PublishRecoveredListAsync);
        endpoints.MapPost(Routes.Challenges, IssueChallengeAsync);
        endpoints.MapPost(Routes.Sessions, SignInAsync);
        endpoints.MapDelete(Routes.Sessions, SignOutAsync).RequireSession();
    }

    private static async Task<RegisterResult> RegisterAsync(HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeRegistration(context);
        RegisterRequest request = await RequestBody.ReadAsync<RegisterRequest>(context, MostBytes);
        UserId user = Field.User(request.User);
        RegisterAccount register = new(
            Field.Text(request.Handle, Limits.HandleMaxLength + 1),
            Field.BytesOf(request.AccountKey, AccountKeyBytes),
            Field.Bytes(request.DeviceList, Limits.DeviceListBytes),
            Field.NotNegative(request.ProofTimeMs),
            request.ProofNonce);
        AccountRegistered registered = await cluster.Account(user).Register(register);
        return new RegisterResult(registered.Status, registered.Handle);
    }

    private static async Task<FindAccountResult> FindAsync(string handle, HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeRecovery(context);
        HandleOwner owner = await cluster.HandleDirectory().Find(Field.Text(handle, Limits.HandleMaxLength + 1));
        if (owner.User.IsEmpty)
        {
            return new FindAccountResult(null);
        }

        AccountDescription account = await cluster.Account(owner.User).Describe();
        return new FindAccountResult(
            account.Exists ? new AccountView(owner.User.Value, account.Handle, account.AccountKey, account.DeviceList) : null);
    }

    private static async Task<PublishDeviceListResult> PublishRecoveredListAsync(HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeRecovery(context);
        PublishRecoveredListRequest request = await RequestBody.ReadAsync<PublishRecoveredListRequest>(context, MostBytes);
        UserId user = Field.User(request.User);
        byte[] list = Field.Bytes(request.DeviceList, Limits.DeviceListBytes);
        // No device stands behind this caller yet: the account key's signature on the list is the whole authority, and the grain verifies it.
        DeviceListPublished published = await cluster.Account(user).PublishDeviceList(new PublishDeviceList(new Caller(user, DeviceId.Empty), list));
        return new PublishDeviceListResult(published.Status, published.Version);
    }

    private static async Task<ChallengeResult> IssueChallengeAsync(HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeSignIn(context);
        ChallengeRequest request = await RequestBody.ReadAsync<ChallengeRequest>(context, MostBytes);
        UserId user = Field.User(request.User);
        IssueChallenge issue = new(Field.Device(request.Device));
        IssuedChallenge issued = await cluster.Sessions(user).IssueChallenge(issue);
        return new ChallengeResult(issued.Challenge, issued.ValidSeconds);
    }

    private static async Task<SignInResult> SignInAsync(HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeSignIn(context);
        SignInRequest request = await RequestBody.ReadAsync<SignInRequest>(context, MostBytes);
        UserId user = Field.User(request.User);
        SignIn signIn = new(
            Field.Device(request.Device),
            Field.BytesOf(request.Challenge, ChallengeBytes),
            Field.BytesOf(request.Signature, SignatureBytes));
        SignedIn signedIn = await cluster.Sessions(user).SignIn(signIn);
        return new SignInResult(signedIn.Status, signedIn.Token, signedIn.ValidSeconds);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IClusterClient cluster, SessionVerification sessions)
    {
        Session session = context.Features.GetRequiredFeature<Session>();
        await cluster.Sessions(session.Caller.User).End(new EndSession(session.Token, session.Caller.Device));
        sessions.Forget(session.Caller.User, session.Caller.Device);
        return TypedResults.NoContent();
    }
}
