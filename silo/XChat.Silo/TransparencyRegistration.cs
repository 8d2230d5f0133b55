using XChat.Grains.Transparency;
using XChat.Storage.Transparency;

namespace XChat.Silo;

/// <summary>The key log in a silo.</summary>
internal static class TransparencyRegistration
{
    public static ISiloBuilder AddTransparency(this ISiloBuilder silo)
    {
        silo.Services.AddTransparencyStorage().AddTransparencyGrains();
        return silo;
    }
}
