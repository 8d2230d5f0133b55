using XChat.Grains.Conversations;
using XChat.Storage.Conversations;

namespace XChat.Silo;

/// <summary>Conversations in a silo.</summary>
internal static class ConversationRegistration
{
    public static ISiloBuilder AddConversations(this ISiloBuilder silo)
    {
        silo.Services.AddConversationStorage().AddConversationGrains();
        return silo;
    }
}
