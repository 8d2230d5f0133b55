using XChat.GrainInterfaces.Delivery;
using XChat.Grains.Delivery;
using XChat.PushStreams;

namespace XChat.Silo;

/// <summary>Delivery in a silo.</summary>
internal static class DeliveryRegistration
{
    public static ISiloBuilder AddDelivery(this ISiloBuilder silo)
    {
        silo.Services.AddDeliveryGrains();
        return silo.AddChosenStreams(FrontendStreams.Provider, FrontendStreams.ChoiceKey);
    }
}
