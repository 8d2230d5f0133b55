using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

internal enum ProposalType : ushort
{
    Add = 1,
    Update = 2,
    Remove = 3,
    PreSharedKey = 4,
    ReInit = 5,
    ExternalInit = 6,
    GroupContextExtensions = 7,
}

/// <summary>A change that a commit makes (RFC 9420 section 12.1). Which field is set depends on the type.</summary>
internal sealed record Proposal(ProposalType Type)
{
    public KeyPackage? Added { get; init; }

    public LeafNode? Updated { get; init; }

    public uint Removed { get; init; }

    public PreSharedKeyId? Psk { get; init; }

    public byte[] KemOutput { get; init; } = [];

    public IReadOnlyList<Extension> Extensions { get; init; } = [];

    /// <summary>The bytes of a ReInit, which is recognised and never acted upon here.</summary>
    public byte[] ReInit { get; init; } = [];

    public static Proposal Read(ref TlsReader reader)
    {
        ProposalType type = (ProposalType)reader.U16();
        return type switch
        {
            ProposalType.Add => new Proposal(type) { Added = KeyPackage.Read(ref reader) },
            ProposalType.Update => new Proposal(type) { Updated = LeafNode.Read(ref reader) },
            ProposalType.Remove => new Proposal(type) { Removed = reader.U32() },
            ProposalType.PreSharedKey => new Proposal(type) { Psk = PreSharedKeyId.Read(ref reader) },
            ProposalType.ReInit => new Proposal(type) { ReInit = ReadReInit(ref reader) },
            ProposalType.ExternalInit => new Proposal(type) { KemOutput = reader.Bytes() },
            ProposalType.GroupContextExtensions => new Proposal(type) { Extensions = Extension.ReadAll(ref reader) },
            _ => throw new MlsException(MlsError.Unsupported, $"Proposal type {(int)type} is not supported."),
        };
    }

    public void Write(TlsWriter writer)
    {
        writer.U16((ushort)Type);
        switch (Type)
        {
            case ProposalType.Add:
                Added!.Write(writer);
                break;
            case ProposalType.Update:
                Updated!.Write(writer);
                break;
            case ProposalType.Remove:
                writer.U32(Removed);
                break;
            case ProposalType.PreSharedKey:
                Psk!.Write(writer);
                break;
            case ProposalType.ReInit:
                writer.Raw(ReInit);
                break;
            case ProposalType.ExternalInit:
                writer.Bytes(KemOutput);
                break;
            default:
                Extension.WriteAll(writer, Extensions);
                break;
        }
    }

    private static byte[] ReadReInit(ref TlsReader reader)
    {
        TlsWriter copy = new();
        copy.Bytes(reader.Span());
        copy.U16(reader.U16());
        copy.U16(reader.U16());
        Extension.WriteAll(copy, Extension.ReadAll(ref reader));
        return copy.ToArray();
    }
}

/// <summary>A proposal in a commit: whole, or the hash of one that was sent before (RFC 9420 section 12.4).</summary>
internal sealed record ProposalOrRef(Proposal? Proposal, byte[]? Reference)
{
    public static ProposalOrRef Read(ref TlsReader reader) => reader.U8() switch
    {
        1 => new ProposalOrRef(Mls.Proposal.Read(ref reader), null),
        2 => new ProposalOrRef(null, reader.Bytes()),
        _ => throw MlsException.Malformed("proposal or reference"),
    };

    public void Write(TlsWriter writer)
    {
        if (Proposal is not null)
        {
            writer.U8(1);
            Proposal.Write(writer);
        }
        else
        {
            writer.U8(2);
            writer.Bytes(Reference);
        }
    }
}
