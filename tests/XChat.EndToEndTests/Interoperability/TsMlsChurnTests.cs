using XChat.Crypto.Mls;

namespace XChat.EndToEndTests.Interoperability;

/// <summary>
/// Vectors prove that we read what others write. This proves the reverse too: groups of our members and of ts-mls members, random histories,
/// commits of both kinds, Welcomes that are sealed and some that are not, late messages, restarts.
/// </summary>
public sealed class TsMlsChurnTests(ITestOutputHelper output)
{
    private const int Steps = 40;
    private const int MostMembers = 10;

    [Theory]
    [InlineData(MlsCipherSuite.X25519Aes128GcmSha256Ed25519)]
    [InlineData(MlsCipherSuite.X25519ChaCha20Poly1305Sha256Ed25519)]
    public async Task Both_implementations_agree_after_any_history(MlsCipherSuite suite)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        await using TsMlsProcess process = await TsMlsProcess.StartAsync(TestContext.Current.CancellationToken);
        int named = 0;
        IInteropMember Next() => random.Next(2) == 0
            ? new XChatMember($"xchat-{named++}", suite)
            : new TsMlsMember(process, $"ts-mls-{named++}", suite, welcomeKey: random.Next(4) > 0);

        List<IInteropMember> members = [Next()];
        _ = await members[0].CreateAsync(Guid.NewGuid().ToByteArray());
        for (int step = 0; step < Steps; step++)
        {
            List<(IInteropMember Sender, byte[] Message)> late = [];
            foreach (IInteropMember member in members)
            {
                late.Add((member, await member.EncryptAsync($"late of {member.Name}")));
            }

            IInteropMember committer = members[random.Next(members.Count)];
            List<IInteropMember> leaving = [.. members.Where(member => member != committer && random.Next(6) == 0)];
            int room = MostMembers - members.Count + leaving.Count;
            List<IInteropMember> joining = [.. Enumerable.Range(0, random.Next(Math.Min(4, room + 1))).Select(_ => Next())];
            members = await ChangeAsync(members, committer, joining, leaving);
            await CheckAgreementAsync(members);
            await CheckTalkAsync(random, members, joining, late);
        }

        output.WriteLine($"{string.Join(", ", members.Select(member => member.Name))} at epoch {(await members[0].DescribeAsync()).Epoch}");
    }

    private static async Task<List<IInteropMember>> ChangeAsync(
        List<IInteropMember> members, IInteropMember committer, List<IInteropMember> joining, List<IInteropMember> leaving)
    {
        List<byte[]> adds = [];
        foreach (IInteropMember member in joining)
        {
            adds.Add(await member.CreateAsync(groupId: null));
        }

        List<int> removes = [];
        foreach (IInteropMember member in leaving)
        {
            removes.Add((await member.DescribeAsync()).Leaf);
        }

        (byte[] commit, byte[]? welcome) = await committer.CommitAsync(adds, removes);
        foreach (IInteropMember member in members.Where(member => member != committer))
        {
            Assert.Equal(leaving.Contains(member), await member.FollowAsync(commit));
        }

        foreach (IInteropMember member in joining)
        {
            await member.JoinAsync(welcome!);
        }

        return [.. members.Except(leaving), .. joining];
    }

    private static async Task CheckAgreementAsync(List<IInteropMember> members)
    {
        (long epoch, _, string authenticator) = await members[0].DescribeAsync();
        foreach (IInteropMember member in members)
        {
            (long theirEpoch, _, string theirs) = await member.DescribeAsync();
            Assert.Equal((epoch, authenticator), (theirEpoch, theirs));
        }
    }

    private static async Task CheckTalkAsync(
        Random random, List<IInteropMember> members, List<IInteropMember> joined, List<(IInteropMember Sender, byte[] Message)> late)
    {
        foreach (IInteropMember member in members.Where(_ => random.Next(4) == 0))
        {
            await member.RestartAsync();
        }

        IInteropMember sender = members[random.Next(members.Count)];
        byte[] message = await sender.EncryptAsync("now");
        foreach (IInteropMember member in members.Where(member => member != sender))
        {
            Assert.Equal("now", await member.DecryptAsync(message));
        }

        IInteropMember reader = members[random.Next(members.Count)];
        foreach ((IInteropMember from, byte[] text) in joined.Contains(reader) ? [] : late.Where(item => item.Sender != reader).Reverse())
        {
            Assert.Equal($"late of {from.Name}", await reader.DecryptAsync(text));
        }
    }
}
