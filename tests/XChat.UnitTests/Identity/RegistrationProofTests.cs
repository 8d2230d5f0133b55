using System.Diagnostics;

using XChat.Crypto.Identity;

namespace XChat.UnitTests.Identity;

/// <summary>A proof of work is good for one registration and costs what it is meant to cost.</summary>
public sealed class RegistrationProofTests(ITestOutputHelper output)
{
    private const long TimeMs = 1_764_000_000_000;
    private const int Difficulty = 12;
    private static readonly Guid User = new("0197a000-0000-7000-8000-000000000001");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(Difficulty)]
    public void A_solution_verifies(int difficulty)
    {
        long nonce = RegistrationProof.Solve(User, "alice", TimeMs, difficulty, TestContext.Current.CancellationToken);

        Assert.True(RegistrationProof.Verify(User, "alice", TimeMs, nonce, difficulty));
    }

    [Fact]
    public void It_is_good_for_nothing_else()
    {
        long nonce = RegistrationProof.Solve(User, "alice", TimeMs, Difficulty, TestContext.Current.CancellationToken);
        Guid otherUser = new("0197a000-0000-7000-8000-000000000002");

        Assert.False(RegistrationProof.Verify(otherUser, "alice", TimeMs, nonce, Difficulty));
        Assert.False(RegistrationProof.Verify(User, "alicf", TimeMs, nonce, Difficulty));
        Assert.False(RegistrationProof.Verify(User, "alice", TimeMs + 1, nonce, Difficulty));
        Assert.False(RegistrationProof.Verify(User, "alice", TimeMs, nonce + 1, Difficulty));
        Assert.False(RegistrationProof.Verify(User, "alice", TimeMs, nonce, RegistrationProof.MaxDifficulty));
    }

    [Fact]
    public void Guessing_finds_one_in_two_to_the_difficulty()
    {
        const int Tries = 200_000;
        int found = Enumerable.Range(0, Tries).Count(nonce => RegistrationProof.Verify(User, "alice", TimeMs, nonce, 8));

        // 781 expected, standard deviation 28; the input is fixed, so this holds always or never.
        Assert.InRange(found, 660, 900);
    }

    [Fact]
    public void Handles_of_any_kind_are_judged_without_an_exception()
    {
        Assert.False(RegistrationProof.Verify(User, new string('a', 256), TimeMs, 0, 0));
        Assert.False(RegistrationProof.Verify(User, new string('€', 100), TimeMs, 0, 0));
        Assert.False(RegistrationProof.Verify(User, "\uD800", long.MinValue, long.MaxValue, RegistrationProof.MaxDifficulty));
        Assert.True(RegistrationProof.Verify(User, string.Empty, TimeMs, 0, 0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65)]
    public void A_difficulty_that_means_nothing_is_a_mistake_of_the_caller(int difficulty)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RegistrationProof.Verify(User, "alice", TimeMs, 0, difficulty));
    }

    [Fact]
    public void The_search_can_be_given_up()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => RegistrationProof.Solve(User, "alice", TimeMs, 64, cancelled.Token));
    }

    [Fact]
    public void The_proof_of_a_registration_never_changes_between_versions()
    {
        long started = Stopwatch.GetTimestamp();
        long nonce = RegistrationProof.Solve(User, "alice", TimeMs, 18, TestContext.Current.CancellationToken);
        output.WriteLine($"{nonce} hashes took {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");

        Assert.Equal(28_838, nonce);
    }
}
