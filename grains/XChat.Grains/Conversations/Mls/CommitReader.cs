using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Conversations.Mls;

/// <summary>
/// Reads the clear part of a commit (PublicMessage, RFC 9420 sections 6.2 and 12.4) of XChat's profile: Add and Remove by value and an update
/// path. The members verify the signature; the server only holds what the commit says to the group's rules.
/// </summary>
public static class CommitReader
{
    private const byte MemberSender = 1;
    private const byte CommitContent = 3;
    private const byte ByValue = 1;
    private const ushort AddProposal = 1;
    private const ushort RemoveProposal = 3;
    private const ushort BasicCredential = 1;
    private const int KeyBytes = 32;
    private const byte SourceKeyPackage = 1;
    private const byte SourceCommit = 3;

    /// <summary>What it says; null when the bytes are not exactly one commit of the profile.</summary>
    public static CommitFacts? TryRead(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        List<LeafClaim> adds = [];
        List<int> removes = [];
        if (!MlsWire.TryReadHeader(ref reader, MlsWire.PublicMessage)
            || !reader.TryReadVector(out ReadOnlySpan<byte> group) || group.Length != MlsWire.GroupIdBytes
            || !reader.TryReadUInt64(out ulong epoch) || epoch > long.MaxValue
            || !reader.TryReadByte(out byte sender) || sender != MemberSender
            || !reader.TryReadUInt32(out uint senderLeaf) || senderLeaf > int.MaxValue
            || !reader.TryReadVector(out _)
            || !reader.TryReadByte(out byte content) || content != CommitContent
            || !reader.TryReadVector(out ReadOnlySpan<byte> proposals) || !TryReadProposals(proposals, adds, removes)
            || !TryReadPath(ref reader, out LeafClaim? path)
            || !TryReadAuthentication(ref reader))
        {
            return null;
        }

        return new CommitFacts(new Guid(group, bigEndian: true), (long)epoch, (int)senderLeaf, adds, removes, path);
    }

    private static bool TryReadProposals(ReadOnlySpan<byte> bytes, List<LeafClaim> adds, List<int> removes)
    {
        TlsReader reader = new(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadByte(out byte reference) || reference != ByValue || !reader.TryReadUInt16(out ushort type)
                || adds.Count + removes.Count > Limits.DevicesPerCommit)
            {
                return false;
            }

            LeafClaim? added = null;
            uint removed = 0;
            if (!(type switch
                {
                    AddProposal => TryReadKeyPackage(ref reader, out added),
                    RemoveProposal => reader.TryReadUInt32(out removed) && removed <= int.MaxValue,
                    _ => false,
                }))
            {
                return false;
            }

            if (added is null)
            {
                removes.Add((int)removed);
            }
            else
            {
                adds.Add(added);
            }
        }

        return true;
    }

    /// <summary>KeyPackage: version, cipher suite, init key, leaf node, extensions, signature.</summary>
    private static bool TryReadKeyPackage(ref TlsReader reader, out LeafClaim? claim)
    {
        claim = null;
        return reader.TryReadUInt16(out ushort version) && version == 1
            && reader.TryReadUInt16(out _)
            && reader.TryReadVector(out _)
            && TryReadLeafNode(ref reader, SourceKeyPackage, out claim)
            && reader.TryReadVector(out _)
            && reader.TryReadVector(out _);
    }

    /// <summary>
    /// LeafNode: encryption key, signature key, credential, capabilities (five vectors), source with what belongs to it, extensions,
    /// signature.
    /// </summary>
    private static bool TryReadLeafNode(ref TlsReader reader, byte expectedSource, out LeafClaim? claim)
    {
        claim = null;
        if (!reader.TryReadVector(out _)
            || !reader.TryReadVector(out ReadOnlySpan<byte> key) || key.Length != KeyBytes
            || !reader.TryReadUInt16(out ushort credential) || credential != BasicCredential
            || !reader.TryReadVector(out ReadOnlySpan<byte> identity) || identity.Length != 32)
        {
            return false;
        }

        for (int list = 0; list < 5; list++)
        {
            if (!reader.TryReadVector(out _))
            {
                return false;
            }
        }

        // The lifetime of a key package is judged by members, who have to trust it; a commit's leaf has the parent hash instead.
        if (!reader.TryReadByte(out byte source) || source != expectedSource
            || !(source == SourceKeyPackage
                ? reader.TryReadUInt64(out _) && reader.TryReadUInt64(out _)
                : reader.TryReadVector(out _))
            || !reader.TryReadVector(out _)
            || !reader.TryReadVector(out _))
        {
            return false;
        }

        claim = new LeafClaim(
            new Caller(new UserId(new Guid(identity[..16], bigEndian: true)), new DeviceId(new Guid(identity[16..], bigEndian: true))),
            key.ToArray());
        return true;
    }

    private static bool TryReadPath(ref TlsReader reader, out LeafClaim? path)
    {
        path = null;
        if (!reader.TryReadByte(out byte present) || present > 1)
        {
            return false;
        }

        return present == 0 || (TryReadLeafNode(ref reader, SourceCommit, out path) && reader.TryReadVector(out _));
    }

    /// <summary>Signature, confirmation tag and membership tag: all of them present, and nothing after them.</summary>
    private static bool TryReadAuthentication(ref TlsReader reader) =>
        reader.TryReadVector(out ReadOnlySpan<byte> signature) && !signature.IsEmpty
        && reader.TryReadVector(out ReadOnlySpan<byte> confirmation) && !confirmation.IsEmpty
        && reader.TryReadVector(out ReadOnlySpan<byte> membership) && !membership.IsEmpty
        && reader.AtEnd;
}
