using System.Globalization;

using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Delivery;

/// <summary>Names of the streams that carry events to frontends: a few stripes for each run of a frontend.</summary>
public static class FrontendStreams
{
    /// <summary>Name of the stream provider.</summary>
    public const string Provider = "frontends";

    /// <summary>Where the configuration chooses the provider, in silos and frontends alike.</summary>
    public const string ChoiceKey = "XChat:Streams";

    /// <summary>Namespace of the streams.</summary>
    public const string Namespace = "xchat.frontend";

    /// <summary>Streams of one frontend. Calls to one observer run one after another; more stripes use more cores.</summary>
    public const int Stripes = 4;

    /// <summary>The stream of a stripe, 0 to <see cref="Stripes"/> - 1.</summary>
    public static StreamId Stripe(FrontendId frontend, int stripe) =>
        StreamId.Create(Namespace, string.Create(CultureInfo.InvariantCulture, $"{frontend.Value:N}/{stripe}"));

    /// <summary>The stripe of a conversation: always the same, so that its entries stay in order.</summary>
    public static int StripeOf(ConversationId conversation) =>
        unchecked((int)((uint)conversation.Value.GetHashCode() % Stripes));
}
