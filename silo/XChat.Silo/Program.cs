using XChat.Silo;

return await SiloProgram.RunAsync(args);
