using System.Security.Cryptography;

using XChat.Crypto.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Client.Recovery;

/// <summary>Opens a recovery with a PIN at as many realms as it takes, each asked only for what it has to be.</summary>
internal sealed class PinOpening(IReadOnlyList<RealmClient> realms, byte[] accountKey, RealmDevice? device, PinCost cost)
{
    /// <summary>The root secret. The caller erases it.</summary>
    /// <exception cref="XChatException">Wrong PIN, nothing there, not now, or too few realms; the text says which and what is left.</exception>
    public async Task<byte[]> OpenAsync(string pin, string? code, CancellationToken cancellationToken)
    {
        Candidates candidates = await FindAsync(cancellationToken);
        candidates.RequireUsable(byDevice: device is not null, code);
        RecoveryStatement statement = candidates.Statement;
        using PinAttempt attempt = await Task.Run(() => PinAttempt.Start(statement, pin, cost), cancellationToken);
        Queue<Found> open = new(candidates.Usable(byDevice: device is not null));
        List<(Found At, ShareEvaluation Evaluation)> evaluated = [];
        List<XChatException> problems = [];
        while (evaluated.Count < statement.Threshold && open.Count > 0)
        {
            Found[] next = [.. Enumerable.Range(0, Math.Min(open.Count, statement.Threshold - evaluated.Count)).Select(_ => open.Dequeue())];
            foreach ((Found at, ShareEvaluation? evaluation, XChatException? problem) in
                await Task.WhenAll(next.Select(found => EvaluateAsync(found, attempt, statement, code, cancellationToken))))
            {
                if (evaluation is not null)
                {
                    evaluated.Add((at, evaluation));
                }

                problems.AddRange(problem is null ? [] : [problem]);
            }
        }

        if (evaluated.Count < statement.Threshold)
        {
            throw problems.FirstOrDefault(problem => problem.Reason != ClientErrorReason.ServerUnreachable) ?? problems[0];
        }

        if (!attempt.Unlock([.. evaluated.Select(pair => pair.Evaluation)]))
        {
            throw await WrongPinAsync(candidates, [.. evaluated.Select(pair => pair.At)], statement, attempt, cancellationToken);
        }

        ReleasedShare[] released = await Task.WhenAll(evaluated.Select(pair => ReleaseAsync(pair.At, attempt, statement, cancellationToken)));
        return attempt.Open(released) ?? throw new XChatException(
            ClientErrorReason.Security, "The realms answered as for the right PIN, and what they keep does not open: the backup is damaged.");
    }

    private async Task<Candidates> FindAsync(CancellationToken cancellationToken)
    {
        List<XChatException> problems = [];
        List<Found> found = [];
        foreach ((Found? one, XChatException? problem) in await Task.WhenAll(realms.Select(realm => FindAsync(realm, cancellationToken))))
        {
            found.AddRange(one is null ? [] : [one]);
            problems.AddRange(problem is null ? [] : [problem]);
        }

        return Candidates.Choose(found, problems, accountKey);
    }

    private async Task<(Found?, XChatException?)> FindAsync(RealmClient realm, CancellationToken cancellationToken)
    {
        try
        {
            FindRecoveryResult result = await realm.CallAsync<FindRecoveryRequest, FindRecoveryResult>(
                RealmOperation.Find, new FindRecoveryRequest(accountKey), cancellationToken);
            return (new Found(realm, result), null);
        }
        catch (XChatException problem)
        {
            return (null, problem);
        }
    }

    private async Task<(Found At, ShareEvaluation? Evaluation, XChatException? Problem)> EvaluateAsync(
        Found at, PinAttempt attempt, RecoveryStatement statement, string? code, CancellationToken cancellationToken)
    {
        try
        {
            EvaluatePinResult result = await EvaluateOnceAsync(at, attempt, statement, code, cancellationToken);
            if (result is not { Status: RecoveryStatus.Accepted, Evaluated: { } element, Proof: { } proof })
            {
                return (at, null, Refusal(at.Realm.Name, result));
            }

            at.GuessesLeft = result.GuessesLeft;
            ShareEvaluation evaluation = new(at.Realm.Id, element, proof);
            return attempt.IsGenuine(evaluation)
                ? (at, evaluation, null)
                : (at, null, new XChatException(
                    ClientErrorReason.Security, $"{at.Realm.Name} did not answer with the share that your account certified. It was not used."));
        }
        catch (XChatException problem)
        {
            return (at, null, problem);
        }
    }

    private async Task<EvaluatePinResult> EvaluateOnceAsync(
        Found at, PinAttempt attempt, RecoveryStatement statement, string? code, CancellationToken cancellationToken)
    {
        byte[] element = attempt.BlindedElement;
        int generation = checked((int)statement.Generation);
        if (device is not null)
        {
            return await at.Realm.CallAsync<EvaluatePinRequest, EvaluatePinResult>(
                RealmOperation.Evaluate, new EvaluatePinRequest(accountKey, statement.Version, generation, element, 0, 0, null), device, 0, cancellationToken);
        }

        long timeMs = at.Result.TimeMs;
        long nonce = await Task.Run(
            () => RecoveryProof.Solve(at.Realm.Id, accountKey, element, timeMs, at.Result.Difficulty, cancellationToken), cancellationToken);
        byte[]? gate = code is null ? null : RecoveryCode.SecretFor(code, at.Realm.Id);
        return await at.Realm.CallAsync<EvaluatePinRequest, EvaluatePinResult>(
            RealmOperation.Evaluate, new EvaluatePinRequest(accountKey, statement.Version, generation, element, timeMs, nonce, gate), cancellationToken);
    }

    private async Task<ReleasedShare> ReleaseAsync(Found at, PinAttempt attempt, RecoveryStatement statement, CancellationToken cancellationToken)
    {
        ReleaseShareResult result = await at.Realm.CallAsync<ReleaseShareRequest, ReleaseShareResult>(
            RealmOperation.Release,
            new ReleaseShareRequest(
                accountKey, statement.Version, checked((int)statement.Generation), attempt.BlindedElement, attempt.TagFor(at.Realm.Id)),
            cancellationToken);
        if (result is { Status: RecoveryStatus.Accepted, ScalarShare: { } scalar, Ciphertext: { } ciphertext }
            && new ReleasedShare(at.Realm.Id, scalar, ciphertext) is { } released && attempt.IsGenuine(released))
        {
            return released;
        }

        throw new XChatException(
            ClientErrorReason.Refused,
            $"The PIN is right, and {at.Realm.Name} did not give its share ({result.Status}): try again; other realms can stand in.");
    }

    /// <summary>Tells the realms, so that the owner's devices hear of a wrong guess; then says what is left.</summary>
    private async Task<XChatException> WrongPinAsync(
        Candidates candidates, IReadOnlyList<Found> asked, RecoveryStatement statement, PinAttempt attempt, CancellationToken cancellationToken)
    {
        await Task.WhenAll(asked.Select(async at =>
        {
            try
            {
                _ = await at.Realm.CallAsync<ReleaseShareRequest, ReleaseShareResult>(
                    RealmOperation.Release,
                    new ReleaseShareRequest(
                        accountKey, statement.Version, checked((int)statement.Generation), attempt.BlindedElement, RandomNumberGenerator.GetBytes(32)),
                    cancellationToken);
            }
            catch (XChatException)
            {
                // The guess is counted; that it was wrong is a courtesy to the owner.
            }
        }));
        int left = candidates.AttemptsLeft;
        return new XChatException(
            ClientErrorReason.Refused,
            left > 0
                ? $"The PIN is wrong. {left} guesses are left; after that the backup is destroyed."
                : "The PIN is wrong, and the guesses are used up: the realms destroy the backup.");
    }

    private static XChatException Refusal(string realm, EvaluatePinResult result) => result.Status switch
    {
        RecoveryStatus.Destroyed => new XChatException(ClientErrorReason.Refused, $"{realm} has destroyed its share: the guesses were used up."),
        RecoveryStatus.NotAuthorised => new XChatException(ClientErrorReason.SignInRefused, $"{realm} does not accept this device."),
        RecoveryStatus.GateClosed => new XChatException(
            ClientErrorReason.Refused,
            "The recovery code is missing or wrong; nothing was counted. Give the one that was shown when the PIN was set (--code)."),
        RecoveryStatus.Vetoed => new XChatException(
            ClientErrorReason.Refused, $"A device of the account forbids recovery without a device until {Found.Show(result.NextAttemptAtMs)}."),
        RecoveryStatus.TooEarly => new XChatException(
            ClientErrorReason.Refused, $"After wrong guesses {realm} waits: the next one is possible at {Found.Show(result.NextAttemptAtMs)}."),
        _ => new XChatException(ClientErrorReason.Refused, $"{realm} refused: {result.Status}."),
    };
}
