using System.CommandLine;

using XChat.Realm;

// The host itself ends on Ctrl-C and SIGTERM, in the time that the silo needs to hand over; the parser must not cut that short.
return await RealmCommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
