using PromptGateway.Chat;

namespace PromptGateway.Providers;

/// <summary>One kind of upstream: which operations it understands, where its paths are and how it wants to be paid. Stateless.</summary>
internal interface IProvider
{
    /// <summary>How configuration and metrics call it (<c>gen_ai.provider.name</c>).</summary>
    string Name { get; }

    /// <summary>Model names (globs) that an upstream of this kind serves when its configuration does not say.</summary>
    IReadOnlyList<string> DefaultModels { get; }

    /// <summary>Address of the provider's own service.</summary>
    Uri DefaultAddress { get; }

    /// <summary>True when the provider understands this API natively.</summary>
    bool Speaks(Dialect dialect);

    /// <summary>The path below the upstream's base address for a client's path such as <c>/v1/chat/completions</c>.</summary>
    string MapPath(string path);

    /// <summary>Puts the secret where the provider expects it.</summary>
    void Authorize(HttpRequestMessage request, string secret);
}
