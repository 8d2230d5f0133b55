using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Orleans.Dashboard;

namespace XChat.Silo.Dashboard;

/// <summary>
/// Orleans' dashboard at the silo's own HTTP address, for whoever knows the password. Without a password file there is none: it shows which grains are
/// active and how busy they are, and their keys name users.
/// </summary>
internal static class AdminDashboard
{
    /// <summary>The configuration key of the file with the password.</summary>
    public const string PasswordFileKey = "XChat:Dashboard:PasswordFile";

    private const string Path = "/dashboard";

    /// <summary>Adds it if there is a password.</summary>
    /// <exception cref="InvalidDataException">The file holds no password that is long enough.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static WebApplicationBuilder AddAdminDashboard(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[PasswordFileKey] is not { Length: > 0 } file)
        {
            return builder;
        }

        builder.Services.AddSingleton(DashboardPassword.Read(file));
        builder.Services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<DashboardAuthentication>(DashboardAuthentication.Name, displayName: null);
            authentication.DefaultScheme = DashboardAuthentication.Name;
        });
        builder.Services.AddTransient<DashboardAuthentication>();
        builder.Services.AddWebEncoders();
        builder.Services.AddAuthorization();
        // The trace would be the silo's log.
        return (WebApplicationBuilder)builder.UseOrleans(silo => silo.AddDashboard(dashboard => dashboard.HideTrace = true));
    }

    /// <summary>Answers at its path, to those who are signed in.</summary>
    public static WebApplication MapAdminDashboard(this WebApplication app)
    {
        if (app.Services.GetService<DashboardPassword>() is not null)
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapOrleansDashboard(Path).RequireAuthorization();
        }

        return app;
    }
}
