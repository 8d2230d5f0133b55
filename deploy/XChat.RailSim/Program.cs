using System.CommandLine;

using XChat.RailSim;

// The host itself ends on Ctrl-C and SIGTERM, in the time that a delivery needs; the parser must not cut that short.
return await RailSimCommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
