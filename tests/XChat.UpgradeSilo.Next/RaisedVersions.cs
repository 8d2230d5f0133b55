using System.Globalization;

using Orleans.Metadata;

namespace XChat.UpgradeSilo;

/// <summary>Gives every interface of the product the version after the one that its attribute says, as a silo has that was built from the next one.</summary>
internal sealed class RaisedVersions : IGrainInterfacePropertiesProvider
{
    /// <inheritdoc/>
    public void Populate(Type interfaceType, GrainInterfaceType grainInterfaceType, Dictionary<string, string> properties)
    {
        string? assembly = interfaceType.Assembly.GetName().Name;
        if (assembly is "XChat.GrainInterfaces" or "XChat.PushStreams")
        {
            int now = properties.TryGetValue(WellKnownGrainInterfaceProperties.Version, out string? version)
                ? int.Parse(version, CultureInfo.InvariantCulture)
                : 0;
            properties[WellKnownGrainInterfaceProperties.Version] = (now + 1).ToString(CultureInfo.InvariantCulture);
        }
    }
}
