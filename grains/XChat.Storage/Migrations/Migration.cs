using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace XChat.Storage.Migrations;

/// <summary>One forward step of the schema: the text of a file <c>NNNN_verb_object.sql</c> beside this one.</summary>
/// <param name="Number">Its place in the order. The first is 1; a number may stay unused, and none is ever put in below one that was released.</param>
/// <param name="Name">The file's name without the number and the ending.</param>
/// <param name="Sql">What is run, in one transaction.</param>
public sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>
    /// The version that has to be the oldest one running before this is applied, by the number of its newest migration; 0: any. It comes from the line
    /// <c>-- contract: unused since NNNN: what</c> of a migration that takes something away.
    /// </summary>
    public int OldestReader { get; } = ContractPattern().Match(Sql) is { Success: true } line
        ? int.Parse(line.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
        : 0;

    /// <summary>Tells whether a file that a database has applied was changed later; line ends do not count.</summary>
    public string Sha256 { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The migrations of this binary, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadEmbedded("Main.", first: 1);

    /// <summary>The migrations of one kind of database: the embedded files whose names begin with its prefix.</summary>
    internal static List<Migration> ReadEmbedded(string prefix, int first)
    {
        List<Migration> migrations =
        [
            .. typeof(Migration).Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
                .Select(name => Read(name, prefix))
                .OrderBy(migration => migration.Number),
        ];
        if (migrations[0].Number != first)
        {
            throw new MigrationException($"Migration {first:0000} is missing: the files in Migrations are numbered from there.");
        }

        if (migrations.CountBy(migration => migration.Number).FirstOrDefault(number => number.Value > 1) is { Value: > 1 } twice)
        {
            throw new MigrationException($"Migration {twice.Key:0000} is there twice: give the newer file the next free number.");
        }

        return migrations;
    }

    private static Migration Read(string resource, string prefix)
    {
        using StreamReader reader = new(typeof(Migration).Assembly.GetManifestResourceStream(resource)!);
        string[] parts = Path.GetFileNameWithoutExtension(resource[prefix.Length..]).Split('_', 2);
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            throw new MigrationException($"{resource} is not named like 0001_create_accounts.sql, so its place in the order is unknown.");
        }

        return new Migration(number, parts[1], reader.ReadToEnd());
    }

    [GeneratedRegex("^-- contract: unused since ([0-9]{4}): .+$", RegexOptions.Multiline)]
    private static partial Regex ContractPattern();
}
