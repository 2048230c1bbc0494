# syntax=docker/dockerfile:1
# Build:  docker build -t promptgateway .
# Run:    docker run --rm -p 8080:8080 -v promptgateway:/data -e OPENAI_API_KEY promptgateway
# Hard:   docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges -p 8080:8080 -v promptgateway:/data promptgateway

# The SDK runs on the builder's own processor and compiles for the target's.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
# What decides the restore comes first, so that a change of code does not fetch the packages again.
COPY .editorconfig global.json Directory.Build.props Directory.Packages.props ./
COPY src/PromptGateway/PromptGateway.csproj src/PromptGateway/
COPY src/PromptGateway/Properties/PublishProfiles/container.pubxml src/PromptGateway/Properties/PublishProfiles/
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "unknown processor $TARGETARCH" >&2; exit 1 ;; esac \
 && echo "$rid" > /rid \
 && dotnet restore src/PromptGateway -p:PublishProfile=container -p:RuntimeIdentifier="$rid" -p:PublishReadyToRun=true
COPY README.md THIRD-PARTY-NOTICES.md LICENSE ./
COPY src/PromptGateway src/PromptGateway
RUN dotnet publish src/PromptGateway --no-restore -p:PublishProfile=container -p:RuntimeIdentifier="$(cat /rid)" -p:PublishDir=/out/app/ \
 && mv /out/app/PromptGateway /out/app/promptgateway \
 && cp LICENSE THIRD-PARTY-NOTICES.md /out/app/ \
 && mkdir -p /out/data /out/etc/promptgateway

# No shell, no package manager, nobody but an unprivileged user.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled AS runtime
LABEL org.opencontainers.image.title="PromptGateway" \
      org.opencontainers.image.description="LLM gateway with an OpenAI-compatible API: keys, limits, budgets, metering, prompt optimization" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /out/app /app
COPY --from=build /out/etc/promptgateway /etc/promptgateway
COPY --from=build --chown=10001:10001 /out/data /data
# Nothing else of the file system is written to: the root may be read-only, and the diagnostics of .NET want a writable /tmp.
# The management address stays inside until an admin key is set; see docs/guides/install.md.
ENV PATH=/app:$PATH \
    PROMPTGATEWAY_URLS=http://*:8080 \
    PROMPTGATEWAY_MANAGEMENT_URLS=http://127.0.0.1:8081 \
    PROMPTGATEWAY_DATA=/data \
    PROMPTGATEWAY_CONFIG=/etc/promptgateway \
    DOTNET_EnableDiagnostics=0
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/app/promptgateway", "health"]
ENTRYPOINT ["/app/promptgateway"]
CMD ["serve"]
