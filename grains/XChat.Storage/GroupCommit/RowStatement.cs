using Npgsql;

namespace XChat.Storage.GroupCommit;

/// <summary>A statement that writes many rows at once, and the columns that it has them from, in the order of its parameters.</summary>
internal sealed class RowStatement
{
    private readonly Column[] _columns;

    public RowStatement(string sql, params Column[] columns)
    {
        _columns = columns;
        Command = new NpgsqlBatchCommand(sql);
        foreach (Column column in columns)
        {
            Command.Parameters.Add(column.Parameter);
        }
    }

    public NpgsqlBatchCommand Command { get; }

    public void Clear()
    {
        foreach (Column column in _columns)
        {
            column.Clear();
        }
    }
}
