namespace PromptGateway.Endpoints;

/// <summary>How the request body of an endpoint is treated on its way to the upstream.</summary>
internal enum BodyKind
{
    /// <summary>Passed on as it streams in; nothing in it is looked at.</summary>
    Opaque,

    /// <summary>A JSON object, read whole and checked before anything is sent upstream.</summary>
    Json,

    /// <summary>A form; read only up to its <c>model</c> field, the rest streams through.</summary>
    Multipart,
}
