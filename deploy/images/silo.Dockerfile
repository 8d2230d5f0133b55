# syntax=docker/dockerfile:1.7
# Build from the root of the checkout: docker build -f deploy/images/silo.Dockerfile -t xchat/silo .
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
ENV CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY . .
# Packages come by the lock files; a build with others fails.
RUN dotnet publish silo/XChat.Silo --configuration Release --output /app --no-self-contained

# No shell, no package manager, an account of its own (1654).
FROM mcr.microsoft.com/dotnet/aspnet:10.0.0-noble-chiseled
WORKDIR /app
COPY --from=build --chown=root:root /app .
ENV XCHAT_HTTP_URL=http://0.0.0.0:8081
ENV DOTNET_EnableDiagnostics=0
USER 1654:1654
EXPOSE 8081 11111 30000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["dotnet", "XChat.Silo.dll", "health", "--url", "http://127.0.0.1:8081/health/live"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "XChat.Silo.dll"]
