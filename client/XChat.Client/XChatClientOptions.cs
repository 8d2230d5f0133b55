using XChat.Crypto.Recovery;

namespace XChat.Client;

/// <summary>Where a client keeps its profile and which server it talks to.</summary>
public sealed class XChatClientOptions
{
    /// <summary>The folder of the profile. It is made when it is not there; one process at a time may have it open.</summary>
    public required string ProfileFolder { get; init; }

    /// <summary>The server's address, such as <c>https://chat.example.org</c>. Default: the one that the profile remembers.</summary>
    public Uri? Server { get; init; }

    /// <summary>What this device is called in the account's device list. Default: the machine's name.</summary>
    public string DeviceLabel { get; init; } = Environment.MachineName;

    /// <summary>
    /// How long a first connection is tried for when the server is there and cannot serve just then. Default: 30 seconds, three times what a silo that died
    /// may hold a call up. Zero: one attempt.
    /// </summary>
    public TimeSpan ConnectPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the realms are asked whether somebody guesses at the PIN. Default: every two minutes.</summary>
    public TimeSpan RecoveryWatchPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often what is new is kept for other devices of the account, and what they kept is read. Default: every 30 seconds.</summary>
    public TimeSpan HistoryPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What stretching a PIN costs. Only tests that try many PINs have another.</summary>
    internal PinCost PinCost { get; init; } = PinCost.Standard;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
