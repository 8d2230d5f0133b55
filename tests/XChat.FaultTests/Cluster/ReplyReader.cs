using System.Buffers.Binary;
using System.Text;

namespace XChat.FaultTests.Cluster;

/// <summary>
/// Follows what PostgreSQL answers: whether a piece ends with a whole message, and whether it told of a transaction that wrote something and is over.
/// </summary>
internal sealed class ReplyReader
{
    private const int HeaderSize = 5;
    private const byte CommandComplete = (byte)'C';
    private const byte ReadyForQuery = (byte)'Z';
    private const byte Idle = (byte)'I';
    private static readonly string[] Writes = ["INSERT", "UPDATE", "DELETE", "COMMIT"];

    private readonly byte[] _header = new byte[HeaderSize];
    private readonly List<byte> _body = [];
    private int _headerBytes;
    private int _left;
    private bool _wrote;
    private bool _committed;

    /// <summary>Takes the next piece; whether a message ends where the piece ends.</summary>
    public bool Read(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (_headerBytes < HeaderSize)
            {
                int part = Math.Min(HeaderSize - _headerBytes, piece.Length);
                piece[..part].CopyTo(_header.AsSpan(_headerBytes));
                _headerBytes += part;
                piece = piece[part..];
                if (_headerBytes < HeaderSize)
                {
                    return false;
                }

                _left = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1)) - sizeof(int);
            }

            int taken = Math.Min(_left, piece.Length);
            if (_header[0] is CommandComplete or ReadyForQuery)
            {
                _body.AddRange(piece[..taken]);
            }

            _left -= taken;
            piece = piece[taken..];
            if (_left == 0)
            {
                End();
            }
        }

        return _headerBytes == 0;
    }

    /// <summary>Whether a transaction that wrote has been answered for since this was asked last.</summary>
    public bool TakeCommitted()
    {
        bool committed = _committed;
        _committed = false;
        return committed;
    }

    private void End()
    {
        if (_header[0] == CommandComplete)
        {
            string tag = Encoding.ASCII.GetString([.. _body]);
            _wrote |= Writes.Any(write => tag.StartsWith(write, StringComparison.Ordinal));
        }
        else if (_header[0] == ReadyForQuery)
        {
            _committed |= _wrote && _body is [Idle];
            _wrote &= _body is not [Idle];
        }

        _body.Clear();
        _headerBytes = 0;
    }
}
