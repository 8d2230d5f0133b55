namespace XChat.Protocol.Wallets;

/// <summary>How a red packet is shared out. Numbers are signed and stored and never change.</summary>
public enum RedPacketMode
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>The same for everybody; minor units that do not divide go to the first who open it.</summary>
    Equal = 1,

    /// <summary>Each share is drawn when it is opened, uniformly from one minor unit to twice the average of what is left; the last takes the rest.</summary>
    Lucky = 2,
}
