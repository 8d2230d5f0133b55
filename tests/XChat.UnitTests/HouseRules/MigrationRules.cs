using System.Globalization;
using System.Text.RegularExpressions;

namespace XChat.UnitTests.HouseRules;

/// <summary>
/// During a rolling upgrade the version before works on the schema of the one after (docs/upgrade.md): a migration adds, and takes away only what no running
/// version uses any more.
/// </summary>
public sealed partial class MigrationRules
{
    private const string Folder = "grains/XChat.Storage/Migrations/";

    /// <summary>
    /// Applied before the rule was made, and looked at then: a constraint is widened, an index is unique for new kinds of rows only, triggers refuse what no
    /// version does, and one notes down what every version writes.
    /// </summary>
    private static readonly string[] LookedAt = ["0005_add_payment_entries", "0006_protect_transfers", "0008_create_key_log"];

    /// <summary>What breaks statements of a version that does not know of it, where the table is older than the migration.</summary>
    private static readonly (string Pattern, string Why)[] Breaking =
    [
        (@"\bDROP\s+(TABLE|COLUMN|VIEW|FUNCTION|TYPE|INDEX|CONSTRAINT|TRIGGER|SEQUENCE|SCHEMA|ROLE)\b", "takes something away"),
        (@"\bALTER\s+TABLE\b[^;]*\bDROP\b(?!\s+(TABLE|COLUMN|CONSTRAINT)\b)", "takes something away"),
        (@"\bRENAME\b", "gives something another name"),
        (@"\bSET\s+NOT\s+NULL\b", "refuses rows that the version before writes"),
        (
            @"\bADD\s+(COLUMN\s+)?(IF\s+NOT\s+EXISTS\s+)?\w+\s+[^,;]*\bNOT\s+NULL\b(?![^,;]*\b(DEFAULT|GENERATED)\b)(?<!\bDEFAULT\b[^,;]*)",
            "wants a column of every writer"),
        (@"\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b", "changes a column's type"),
        (@"\bADD\s+(CONSTRAINT\s+\w+\s+)?(CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b", "refuses rows that the version before writes"),
        (@"\bCREATE\s+UNIQUE\s+INDEX\b", "refuses rows that the version before writes"),
        (@"\bCREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?TRIGGER\b", "changes what a statement of the version before does"),
        (@"\b(REVOKE|TRUNCATE)\b", "takes something away"),
    ];

    [Fact]
    public void A_migration_only_adds_unless_it_says_since_when_nobody_uses_what_it_takes()
    {
        List<string> wrong = [];
        foreach (string path in SourceTree.Files(".sql").Where(path => path.StartsWith(Folder, StringComparison.Ordinal)))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (!LookedAt.Contains(name))
            {
                wrong.AddRange(Check(name, SourceTree.Read(path)).Select(what => $"{path}: {what}"));
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("DROP TABLE account;")]
    [InlineData("ALTER TABLE account DROP COLUMN handle;")]
    [InlineData("ALTER TABLE account DROP handle;")]
    [InlineData("ALTER TABLE account ALTER COLUMN handle DROP DEFAULT;")]
    [InlineData("ALTER TABLE account RENAME COLUMN handle TO name;")]
    [InlineData("ALTER TABLE account RENAME TO person;")]
    [InlineData("ALTER TABLE account ADD COLUMN region text NOT NULL;")]
    [InlineData("ALTER TABLE account ADD region text NOT NULL, ADD COLUMN zone text NOT NULL DEFAULT '';")]
    [InlineData("alter table account alter column handle set not null;")]
    [InlineData("ALTER TABLE account ALTER COLUMN handle TYPE varchar(10);")]
    [InlineData("ALTER TABLE account ADD CONSTRAINT short CHECK (octet_length(handle) < 10);")]
    [InlineData("CREATE UNIQUE INDEX account_region ON account (region);")]
    [InlineData("REVOKE SELECT ON account FROM xchat_ledger;")]
    [InlineData("-- contract: unused since 0012: account.handle\nALTER TABLE account DROP COLUMN handle;")]
    [InlineData("-- contract: unused since 0013: account.handle\nALTER TABLE account DROP COLUMN handle;")]
    public void What_breaks_the_version_before_is_found(string sql) => Assert.NotEmpty(Check("0012_change_accounts", sql));

    [Theory]
    [InlineData("ALTER TABLE account ADD COLUMN region text;")]
    [InlineData("ALTER TABLE account ADD COLUMN region text NOT NULL DEFAULT 'eu';")]
    [InlineData("ALTER TABLE account ADD COLUMN region text DEFAULT 'eu' NOT NULL;")]
    [InlineData("ALTER TABLE account ADD COLUMN bucket smallint NOT NULL GENERATED ALWAYS AS (1) STORED;")]
    [InlineData("CREATE INDEX account_region ON account (region);")]
    [InlineData("CREATE TABLE region (name text NOT NULL UNIQUE); CREATE UNIQUE INDEX region_name ON region (name);")]
    [InlineData("CREATE TABLE region (name text); ALTER TABLE region ADD CONSTRAINT named CHECK (name <> '');")]
    [InlineData("-- we once wanted to DROP TABLE account here\nCREATE TABLE region (name text);")]
    [InlineData("-- contract: unused since 0011: account.handle\nALTER TABLE account DROP COLUMN handle;")]
    public void What_only_adds_is_let_through(string sql) => Assert.Empty(Check("0012_change_accounts", sql));

    /// <summary>What is wrong with a migration, in words.</summary>
    private static List<string> Check(string name, string sql)
    {
        List<string> wrong = [];
        int number = int.Parse(name[..4], NumberStyles.None, CultureInfo.InvariantCulture);
        Match contract = ContractPattern().Match(sql);
        if (contract.Success)
        {
            int since = int.Parse(contract.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            if (since >= number)
            {
                wrong.Add($"what it takes is said to be unused since {since:0000}, which is no version before {number:0000}");
            }

            return wrong;
        }

        string code = CommentPattern().Replace(sql, " ");
        string[] own = [.. CreatedPattern().Matches(code).Select(table => table.Groups[1].Value)];
        foreach (string statement in code.Split(';').Where(statement => !own.Contains(TargetOf(statement), StringComparer.OrdinalIgnoreCase)))
        {
            wrong.AddRange(Breaking
                .Where(rule => Regex.IsMatch(statement, rule.Pattern, RegexOptions.IgnoreCase))
                .Select(rule => $"\"{SpacePattern().Replace(statement, " ").Trim()}\" {rule.Why}: "
                    + "say \"-- contract: unused since NNNN: what\", or do it in two versions"));
        }

        return wrong;
    }

    /// <summary>The table that a statement is about; empty for none.</summary>
    private static string TargetOf(string statement) =>
        TargetPattern().Match(statement) is { Success: true } table ? table.Groups["table"].Value : string.Empty;

    [GeneratedRegex("^-- contract: unused since ([0-9]{4}): .+$", RegexOptions.Multiline)]
    private static partial Regex ContractPattern();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex CreatedPattern();

    [GeneratedRegex(
        @"^\s*(ALTER\s+TABLE\s+(ONLY\s+)?|CREATE\s+TABLE\s+(IF\s+NOT\s+EXISTS\s+)?)(?<table>\w+)|\bON\s+(?<table>\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex TargetPattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();
}
