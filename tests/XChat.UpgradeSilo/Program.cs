using XChat.Silo;
using XChat.UpgradeSilo;
#if NEXT
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
#endif

#if NEXT
// Every interface of the product is a version ahead too.
return await SiloProgram.RunAsync(
    args, builder => builder.Services.AddSingleton<IGrainInterfacePropertiesProvider, RaisedVersions>(), app => app.MapTallies());
#else
return await SiloProgram.RunAsync(args, map: app => app.MapTallies());
#endif
