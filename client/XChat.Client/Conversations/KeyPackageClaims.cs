using XChat.Client.Accounts;
using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Client.Conversations;

/// <summary>A claimed key package of a device.</summary>
internal sealed record ClaimedDevice(Guid User, Guid Device, byte[] KeyPackage);

/// <summary>
/// Fetches key packages of people, and believes none of them: each has to be of a certified device of a person that was asked for, and to have a Welcome key. A
/// device whose packages have none is left out as one without packages is, so that holding newer packages back wins a server nothing.
/// </summary>
internal static class KeyPackageClaims
{
    public static async Task<IReadOnlyList<ClaimedDevice>> ClaimAsync(
        ChatContext context, IReadOnlyCollection<Guid> users, CancellationToken cancellationToken)
    {
        List<ClaimedDevice> claimed = [];
        foreach (Guid[] some in users.Chunk(Limits.ClaimsPerCall))
        {
            ClaimKeyPackagesResult result = await context.Server.CallAsync(
                hub => hub.ClaimKeyPackages(new ClaimKeyPackagesRequest(some)), cancellationToken);
            foreach (ClaimedKeyPackage package in result.Packages)
            {
                if (await VerifyAsync(context, some, package, cancellationToken) is { } device)
                {
                    claimed.Add(device);
                }
            }
        }

        return claimed;
    }

    private static async Task<ClaimedDevice?> VerifyAsync(
        ChatContext context, Guid[] asked, ClaimedKeyPackage package, CancellationToken cancellationToken)
    {
        KeyPackageInfo info;
        try
        {
            info = KeyPackageInspector.Inspect(package.KeyPackage);
        }
        catch (MlsException problem) when (problem.Error == MlsError.Downgraded)
        {
            string text = $"The server took the protection against quantum computers off a key of {context.People.NameOf(package.User)}.";
            context.Warnings.Raise(SecurityWarningKind.Downgraded, package.User, Guid.Empty, text);
            throw new XChatException(ClientErrorReason.Security, text + " Nothing was sent.", problem);
        }
        catch (MlsException problem)
        {
            throw new XChatException(ClientErrorReason.ProtocolMismatch, "The server handed out a key package that is broken. Try again.", problem);
        }

        bool asAsked = MemberIdentity.TryDecode(info.Identity, out Guid user, out Guid device) && asked.Contains(user);
        if (user == context.Device.User && device == context.Device.Device)
        {
            return null;
        }

        bool refused = !asAsked
            || (await context.People.UncertifiedAsync([new LeafClaim(info.Identity, info.SignatureKey)], cancellationToken)).Count > 0;
        if (refused)
        {
            string text = $"The server handed out keys of the device {device:D} as those of {context.People.NameOf(package.User)}, who does not certify it.";
            context.Warnings.Raise(SecurityWarningKind.GhostDevice, package.User, Guid.Empty, text);
            throw new XChatException(ClientErrorReason.Security, text + " Nothing was sent.");
        }

        if (!info.WelcomeKey)
        {
            context.Warnings.Raise(
                SecurityWarningKind.Downgraded, user, Guid.Empty,
                $"A device of {context.People.NameOf(user)} ({device:D}) is left out until it connects with a newer program: "
                + "the server has only keys of it without protection against quantum computers.");
            return null;
        }

        return new ClaimedDevice(user, device, package.KeyPackage);
    }
}
