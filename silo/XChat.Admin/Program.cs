using System.CommandLine;

using XChat.Admin;

// A word that begins with '@' is a handle here, not the name of a file with more arguments.
return await AdminCommandLine.Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).InvokeAsync(new InvocationConfiguration());
