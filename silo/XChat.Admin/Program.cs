using System.CommandLine;

using XChat.Admin;

return await AdminCommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration());
