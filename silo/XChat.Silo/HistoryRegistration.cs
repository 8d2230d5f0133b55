using XChat.Grains.History;
using XChat.Storage.History;

namespace XChat.Silo;

/// <summary>Histories in a silo.</summary>
internal static class HistoryRegistration
{
    public static ISiloBuilder AddHistory(this ISiloBuilder silo)
    {
        silo.Services.AddHistoryStorage().AddHistoryGrains();
        return silo;
    }
}
