using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets;
using XChat.Grains.Wallets.Screening;

namespace XChat.Silo;

/// <summary>
/// Keeps the screening list as its file says. When the file changes, everybody who holds a wallet is screened anew; a file that cannot be used leaves the
/// list as it was.
/// </summary>
internal sealed partial class ScreeningListFile(
    ListScreening screening, ScreeningDesk desk, IOptions<WalletOptions> options, TimeProvider time, ILogger<ScreeningListFile> logger) : BackgroundService
{
    private string? _inForce;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Nobody is paid before the list is there.
        if (options.Value.ScreeningFile.Length > 0)
        {
            string text = await File.ReadAllTextAsync(options.Value.ScreeningFile, cancellationToken);
            screening.Replace(ScreeningList.Parse(text));
            _inForce = text;
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ScreeningFile.Length == 0)
        {
            return;
        }

        bool screened = false;
        using PeriodicTimer timer = new(options.Value.ScreeningPause, time);
        do
        {
            try
            {
                screened = !await TryReplaceAsync(stoppingToken) && screened;
                if (!screened)
                {
                    await desk.RescreenAsync(stoppingToken);
                    screened = true;
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogFailed(problem);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> TryReplaceAsync(CancellationToken cancellationToken)
    {
        string text = await File.ReadAllTextAsync(options.Value.ScreeningFile, cancellationToken);
        if (text == _inForce)
        {
            return false;
        }

        screening.Replace(ScreeningList.Parse(text));
        _inForce = text;
        return true;
    }

    [LoggerMessage(EventId = 3061, Level = LogLevel.Warning, Message = "The screening list could not be read, or not everybody screened; it is tried again.")]
    private partial void LogFailed(Exception problem);
}

/// <summary>Has a silo refuse to start without the list that it was told to use.</summary>
internal sealed class ScreeningListFileValidator : IValidateOptions<WalletOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, WalletOptions options)
    {
        if (options.ScreeningFile.Length == 0)
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            _ = ScreeningList.Parse(File.ReadAllText(options.ScreeningFile));
            return ValidateOptionsResult.Success;
        }
        catch (ScreeningListException problem)
        {
            return ValidateOptionsResult.Fail($"XChat:Wallets:ScreeningFile is \"{options.ScreeningFile}\", where {problem.Message}.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"XChat:Wallets:ScreeningFile is \"{options.ScreeningFile}\", which cannot be read: {problem.Message}");
        }
    }
}
