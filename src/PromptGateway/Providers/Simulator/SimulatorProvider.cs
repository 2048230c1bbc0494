using PromptGateway.Chat;

namespace PromptGateway.Providers.Simulator;

/// <summary>The built-in simulator, which understands both wire formats under one address ending in <c>/v1</c>.</summary>
internal sealed class SimulatorProvider : IProvider
{
    public string Name => "simulator";

    public IReadOnlyList<string> DefaultModels { get; } = ["*"];

    public Uri DefaultAddress { get; } = new("http://127.0.0.1/v1");

    public bool Speaks(Dialect dialect) => true;

    public string MapPath(string path) => path[3..];

    public void Authorize(HttpRequestMessage request, string secret) =>
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
}
