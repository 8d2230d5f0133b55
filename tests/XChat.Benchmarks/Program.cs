using BenchmarkDotNet.Running;

using XChat.Benchmarks.Mls;

// dotnet run -c Release --project tests/XChat.Benchmarks -- --filter '*Mls*'
return BenchmarkSwitcher.FromAssembly(typeof(MlsBenchmarks).Assembly).Run(args).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
