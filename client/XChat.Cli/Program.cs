using XChat.Cli;

return await XChatCommandLine.RunAsync(args);
