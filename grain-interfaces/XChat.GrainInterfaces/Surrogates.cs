using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces;

/// <summary>How the identifiers of XChat.Protocol, which knows nothing of Orleans, travel between grains: as one UUID each.</summary>
[GenerateSerializer, Alias("xchat.Id")]
public struct IdSurrogate
{
    /// <summary>The identifier's value.</summary>
    [Id(0)]
    public Guid Value { get; set; }
}

[RegisterConverter]
internal sealed class UserIdConverter : IConverter<UserId, IdSurrogate>
{
    public UserId ConvertFromSurrogate(in IdSurrogate surrogate) => new(surrogate.Value);

    public IdSurrogate ConvertToSurrogate(in UserId value) => new() { Value = value.Value };
}

[RegisterConverter]
internal sealed class DeviceIdConverter : IConverter<DeviceId, IdSurrogate>
{
    public DeviceId ConvertFromSurrogate(in IdSurrogate surrogate) => new(surrogate.Value);

    public IdSurrogate ConvertToSurrogate(in DeviceId value) => new() { Value = value.Value };
}

[RegisterConverter]
internal sealed class ConversationIdConverter : IConverter<ConversationId, IdSurrogate>
{
    public ConversationId ConvertFromSurrogate(in IdSurrogate surrogate) => new(surrogate.Value);

    public IdSurrogate ConvertToSurrogate(in ConversationId value) => new() { Value = value.Value };
}

[RegisterConverter]
internal sealed class MessageIdConverter : IConverter<MessageId, IdSurrogate>
{
    public MessageId ConvertFromSurrogate(in IdSurrogate surrogate) => new(surrogate.Value);

    public IdSurrogate ConvertToSurrogate(in MessageId value) => new() { Value = value.Value };
}

[RegisterConverter]
internal sealed class TransferIdConverter : IConverter<TransferId, IdSurrogate>
{
    public TransferId ConvertFromSurrogate(in IdSurrogate surrogate) => new(surrogate.Value);

    public IdSurrogate ConvertToSurrogate(in TransferId value) => new() { Value = value.Value };
}

/// <summary>How a currency travels between grains: as its code.</summary>
[GenerateSerializer, Alias("xchat.CurrencyCode")]
public struct CurrencySurrogate
{
    /// <summary>The three letters.</summary>
    [Id(0)]
    public string Code { get; set; }
}

[RegisterConverter]
internal sealed class CurrencyConverter : IConverter<Currency, CurrencySurrogate>
{
    public Currency ConvertFromSurrogate(in CurrencySurrogate surrogate) => new(surrogate.Code);

    public CurrencySurrogate ConvertToSurrogate(in Currency value) => new() { Code = value.Code };
}
