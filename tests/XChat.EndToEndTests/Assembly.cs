using XChat.Testing.Database;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
