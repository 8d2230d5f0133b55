using System.Buffers;

using Npgsql;

using NpgsqlTypes;

namespace XChat.Storage.GroupCommit;

/// <summary>
/// A column of the rows that a statement writes at once, as one parameter of which the statement takes the value for a row by its place:
/// <c>($2)[r.i]</c>. To lay several arrays beside each other with <c>unnest</c> takes the database more than twice as long, since it stores each of them as
/// rows first. Taking by place needs values that are found by counting: all of one length, and none null.
/// </summary>
internal abstract class Column
{
    public abstract NpgsqlParameter Parameter { get; }

    /// <summary>Begins anew, with the room that the last batch needed.</summary>
    public abstract void Clear();
}

/// <inheritdoc/>
/// <param name="element">The type of a value in the database.</param>
/// <param name="absent">Stands for null in the array; the statement turns it back with <c>nullif</c>. A column with nothing else is null as a whole.</param>
internal sealed class Column<T>(NpgsqlDbType element, T? absent = null) : Column
    where T : struct, IEquatable<T>
{
    private readonly List<T> _values = [];
    private readonly NpgsqlParameter<List<T>?> _parameter = new() { NpgsqlDbType = NpgsqlDbType.Array | element };

    /// <inheritdoc/>
    public override NpgsqlParameter Parameter => _parameter;

    /// <inheritdoc/>
    public override void Clear()
    {
        _values.Clear();
        _parameter.TypedValue = absent is null ? _values : null;
    }

    public void Add(T value)
    {
        _values.Add(value);
        if (absent is { } nothing && !value.Equals(nothing))
        {
            _parameter.TypedValue = _values;
        }
    }
}

/// <summary>SHA-256 hashes, one behind the other in one value: those of an array of <c>bytea</c> are found by going through all before them.</summary>
internal sealed class HashColumn : Column
{
    private const int Size = 32;

    private readonly ArrayBufferWriter<byte> _hashes = new();
    private readonly NpgsqlParameter<ReadOnlyMemory<byte>> _parameter = new() { NpgsqlDbType = NpgsqlDbType.Bytea };

    /// <inheritdoc/>
    public override NpgsqlParameter Parameter => _parameter;

    /// <summary>SQL for the hash of a row.</summary>
    /// <param name="parameter">The column's parameter, as in <c>$4</c>.</param>
    /// <param name="place">The row's place, an integer that begins with 1.</param>
    public static string At(string parameter, string place) => $"substr({parameter}, 32 * {place} - 31, 32)";

    /// <inheritdoc/>
    public override void Clear() => _hashes.ResetWrittenCount();

    /// <param name="hash">32 bytes. One of another length is refused here, as the database sees only what is laid together.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void Add(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != Size)
        {
            throw new ArgumentException($"A hash has {Size} bytes and not {hash.Length}.", nameof(hash));
        }

        _hashes.Write(hash);
        _parameter.TypedValue = _hashes.WrittenMemory;
    }

    /// <summary>Zeros, for a row of which the statement does not look at the hash.</summary>
    public void AddUnused() => Add(stackalloc byte[Size]);
}
