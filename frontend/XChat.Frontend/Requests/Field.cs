using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;

using XChat.Frontend.Errors;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Frontend.Requests;

/// <summary>
/// Reads the fields of what clients send. Deserialisation leaves out what was not sent, so nothing may be taken for given. Each reader names
/// its field, by the expression that it was given, and the remedy.
/// </summary>
internal static class Field
{
    public static UserId User(Guid value, [CallerArgumentExpression(nameof(value))] string? field = null) => new(Id(value, field));

    public static DeviceId Device(Guid value, [CallerArgumentExpression(nameof(value))] string? field = null) => new(Id(value, field));

    public static ConversationId Conversation(Guid value, [CallerArgumentExpression(nameof(value))] string? field = null) => new(Id(value, field));

    public static MessageId Message(Guid value, [CallerArgumentExpression(nameof(value))] string? field = null) => new(Id(value, field));

    /// <summary>Any identifier but the empty one.</summary>
    public static Guid Id(Guid value, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        value != Guid.Empty ? value : throw Wrong(field, "is missing or empty: give a UUID");

    public static T Required<T>([NotNull] T? value, [CallerArgumentExpression(nameof(value))] string? field = null)
        where T : class => value ?? throw Wrong(field, "is missing");

    public static byte[] Bytes(byte[]? value, int most, [CallerArgumentExpression(nameof(value))] string? field = null)
    {
        byte[] bytes = Required(value, field);
        return bytes.Length > 0 && bytes.Length <= most ? bytes : throw Wrong(field, $"has {bytes.Length} bytes: give 1 to {most}");
    }

    /// <summary>Keys, hashes and signatures have one length.</summary>
    public static byte[] BytesOf(byte[]? value, int length, [CallerArgumentExpression(nameof(value))] string? field = null)
    {
        byte[] bytes = Required(value, field);
        return bytes.Length == length ? bytes : throw Wrong(field, $"has {bytes.Length} bytes: give {length}");
    }

    public static byte[]? OptionalBytes(byte[]? value, int most, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        value is null ? null : Bytes(value, most, field);

    public static string Text(string? value, int most, [CallerArgumentExpression(nameof(value))] string? field = null)
    {
        string text = Required(value, field);
        return text.Length > 0 && text.Length <= most ? text : throw Wrong(field, $"has {text.Length} characters: give 1 to {most}");
    }

    public static IReadOnlyList<T> List<T>(
        IReadOnlyList<T>? value, int fewest, int most, [CallerArgumentExpression(nameof(value))] string? field = null)
    {
        IReadOnlyList<T> list = Required(value, field);
        return list.Count >= fewest && list.Count <= most ? list : throw Wrong(field, $"has {list.Count} items: give {fewest} to {most}");
    }

    /// <summary>A place in a log, an epoch or a time: never negative.</summary>
    public static long NotNegative(long value, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        value >= 0 ? value : throw Wrong(field, $"is {value}: give 0 or more");

    /// <summary>A time, Unix milliseconds, or 0 for none; no later than the year 9999.</summary>
    public static long UnixMs(long value, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        value is >= 0 and <= 253_402_300_799_999 ? value : throw Wrong(field, $"is {value}: give Unix milliseconds, or 0");

    public static Currency Currency(string? value, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        Protocol.Wallets.Currency.TryParse(Required(value, field), out Currency currency)
            ? currency
            : throw Wrong(field, "is no currency of ISO 4217: give three letters such as EUR");

    public static long Positive(long value, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        value > 0 ? value : throw Wrong(field, $"is {value}: give 1 or more");

    public static int InRange(int value, int least, int most, [CallerArgumentExpression(nameof(value))] string? field = null) =>
        value >= least && value <= most ? value : throw Wrong(field, $"is {value}: give {least} to {most}");

    /// <summary>A number that the enumeration has a name for, other than 0.</summary>
    public static T Known<T>(T value, [CallerArgumentExpression(nameof(value))] string? field = null)
        where T : struct, Enum =>
        Enum.IsDefined(value) && !value.Equals(default(T)) ? value : throw Wrong(field, $"is {value:D}, which is no {typeof(T).Name}");

    public static CallRefusedException Wrong(string? expression, string what)
    {
        // "request.Payload" is the field "payload" on the wire.
        string text = expression ?? "value";
        string member = text[(text.LastIndexOf('.') + 1)..];
        string field = JsonNamingPolicy.CamelCase.ConvertName(member);
        return new CallRefusedException(ErrorReason.InvalidArgument, $"The field {field} {what}.") { Field = field };
    }
}
