# syntax=docker/dockerfile:1.7
# Build from the root of the checkout: docker build -f deploy/images/frontend.Dockerfile -t xchat/frontend .
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
ENV CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY . .
# Packages come by the lock files; a build with others fails.
RUN dotnet publish frontend/XChat.Frontend --configuration Release --output /app --no-self-contained

# No shell, no package manager, an account of its own (1654).
FROM mcr.microsoft.com/dotnet/aspnet:10.0.0-noble-chiseled
WORKDIR /app
COPY --from=build --chown=root:root /app .
ENV XCHAT_URLS=http://0.0.0.0:5080 XCHAT_OPERATIONS_URL=http://0.0.0.0:9464
ENV DOTNET_EnableDiagnostics=0
USER 1654:1654
EXPOSE 5080 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["dotnet", "XChat.Frontend.dll", "health", "--url", "http://127.0.0.1:5080/health/live"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "XChat.Frontend.dll"]
