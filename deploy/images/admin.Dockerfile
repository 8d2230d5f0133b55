# syntax=docker/dockerfile:1.7
# Build from the root of the checkout: docker build -f deploy/images/admin.Dockerfile -t xchat/admin .
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
ENV CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY . .
# Packages come by the lock files; a build with others fails.
RUN dotnet publish silo/XChat.Admin --configuration Release --output /app --no-self-contained

# No shell, no package manager, an account of its own (1654). A tool that ends after one command has no health.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.0-noble-chiseled
WORKDIR /app
COPY --from=build --chown=root:root /app .
ENV DOTNET_EnableDiagnostics=0
USER 1654:1654
HEALTHCHECK NONE
ENTRYPOINT ["dotnet", "xchat-admin.dll"]
