using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Audit;

namespace XChat.Storage.Audit;

/// <summary>The operators' log over PostgreSQL.</summary>
public static class AuditStorageRegistration
{
    /// <summary>Adds it; it uses the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddAuditStorage(this IServiceCollection services) => services.AddSingleton<IOperatorLog, PostgresOperatorLog>();
}
