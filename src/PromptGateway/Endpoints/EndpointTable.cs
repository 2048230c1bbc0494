using PromptGateway.Chat;

namespace PromptGateway.Endpoints;

/// <summary>Path and method to <see cref="GatewayEndpoint"/>: the whole <c>/v1</c> surface in one place.</summary>
internal static class EndpointTable
{
    private static readonly GatewayEndpoint Chat = new(Operation.Chat, "chat", BodyKind.Json) { ModelRequired = true };
    private static readonly GatewayEndpoint Completion = new(Operation.Completion, "completion", BodyKind.Json) { ModelRequired = true };
    private static readonly GatewayEndpoint Responses = new(Operation.Responses, "responses", BodyKind.Json);
    private static readonly GatewayEndpoint InputTokens = new(Operation.ResponsesInputTokens, "responses_input_tokens", BodyKind.Json);
    private static readonly GatewayEndpoint Compact = new(Operation.Responses, "responses_compact", BodyKind.Json) { ModelRequired = true };
    private static readonly GatewayEndpoint Embeddings = new(Operation.Embeddings, "embeddings", BodyKind.Json) { ModelRequired = true };
    private static readonly GatewayEndpoint Moderations = new(Operation.Moderations, "moderations", BodyKind.Json);
    private static readonly GatewayEndpoint Images = new(Operation.ImageGeneration, "image_generation", BodyKind.Json);
    private static readonly GatewayEndpoint ImageForms = new(Operation.ImageGeneration, "image_generation", BodyKind.Multipart);
    private static readonly GatewayEndpoint Speech = new(Operation.Speech, "speech", BodyKind.Json) { ModelRequired = true };
    private static readonly GatewayEndpoint Transcription = new(Operation.Transcription, "transcription", BodyKind.Multipart)
    {
        ModelRequired = true,
    };
    private static readonly GatewayEndpoint Translation = new(Operation.Translation, "translation", BodyKind.Multipart)
    {
        ModelRequired = true,
    };
    private static readonly GatewayEndpoint Messages = new(Operation.Messages, "messages", BodyKind.Json, Dialect.Anthropic)
    {
        ModelRequired = true,
    };
    private static readonly GatewayEndpoint CountTokens = new(Operation.CountTokens, "count_tokens", BodyKind.Json, Dialect.Anthropic)
    {
        ModelRequired = true,
    };
    private static readonly GatewayEndpoint Realtime = new(Operation.Realtime, "realtime", BodyKind.Opaque) { ModelRequired = true };
    private static readonly GatewayEndpoint Models = new(Operation.Models, "models", BodyKind.Opaque) { OpenToRestrictedKeys = true };
    private static readonly GatewayEndpoint AnthropicModels = new(Operation.Models, "models", BodyKind.Opaque, Dialect.Anthropic)
    {
        OpenToRestrictedKeys = true,
    };

    /// <summary>Reading, deleting, uploading: nothing is generated, so no model needs to be known.</summary>
    private static readonly GatewayEndpoint Harmless = new(Operation.Other, "other", BodyKind.Opaque)
    {
        OpenToRestrictedKeys = true,
        OnlyStores = true,
    };
    private static readonly GatewayEndpoint AnthropicHarmless = new(Operation.Other, "other", BodyKind.Opaque, Dialect.Anthropic)
    {
        OpenToRestrictedKeys = true,
        OnlyStores = true,
    };

    /// <summary>A fine-tuned model belongs to nobody that the gateway knows: keys for some models only do not take it from others.</summary>
    private static readonly GatewayEndpoint DeleteModel = new(Operation.Other, "other", BodyKind.Opaque) { OnlyStores = true };

    private static readonly GatewayEndpoint StoredResponse = new(Operation.StoredResponse, "other", BodyKind.Opaque)
    {
        OpenToRestrictedKeys = true,
        OnlyStores = true,
    };

    /// <summary>Unknown paths that take a body: it may name a model, so it is read when it is JSON.</summary>
    private static readonly GatewayEndpoint UnknownJson = new(Operation.Other, "other", BodyKind.Json);
    private static readonly GatewayEndpoint UnknownForm = new(Operation.Other, "other", BodyKind.Multipart);
    private static readonly GatewayEndpoint Unknown = new(Operation.Other, "other", BodyKind.Opaque);
    private static readonly GatewayEndpoint AnthropicUnknownJson = new(Operation.Other, "other", BodyKind.Json, Dialect.Anthropic);

    /// <summary>Answered by the gateway itself, whatever the method: never forwarded.</summary>
    private static readonly GatewayEndpoint OptimizePrompt = new(Operation.OptimizePrompt, "prompts_optimize", BodyKind.Json);
    private static readonly GatewayEndpoint AnthropicOptimizePrompt = new(
        Operation.OptimizePrompt,
        "prompts_optimize",
        BodyKind.Json,
        Dialect.Anthropic
    );
    private static readonly GatewayEndpoint RestorePrompt = new(Operation.RestorePrompt, "prompts_restore", BodyKind.Json);
    private static readonly GatewayEndpoint AnthropicRestorePrompt = new(
        Operation.RestorePrompt,
        "prompts_restore",
        BodyKind.Json,
        Dialect.Anthropic
    );

    private static readonly GatewayEndpoint PromptAnswer = new(Operation.PromptAnswer, "prompt_answer", BodyKind.Json);
    private static readonly GatewayEndpoint Feedback = new(Operation.Feedback, "feedback", BodyKind.Json);
    private static readonly GatewayEndpoint AnthropicFeedback = new(Operation.Feedback, "feedback", BodyKind.Json, Dialect.Anthropic);

    private static readonly GatewayEndpoint RealtimeCredentials = new(Operation.Other, "other", BodyKind.Opaque)
    {
        HandsOutCredentials = true,
    };

    /// <summary>A model that the optimizer asks; only requests of the gateway to itself are this.</summary>
    public static GatewayEndpoint Optimizer { get; } =
        new(Operation.Responses, "prompt_optimization", BodyKind.Json) { ModelRequired = true };

    private const string ResponsePrefix = "/v1/responses/";

    /// <summary>Collections that only store what the client uploads.</summary>
    private static readonly string[] Stores = ["/v1/files", "/v1/uploads", "/v1/vector_stores", "/v1/conversations", "/v1/containers"];

    /// <param name="method">HTTP method.</param>
    /// <param name="path">Starts with <c>/v1</c>, no query; a trailing slash is not part of it.</param>
    /// <param name="anthropic">True when the request carries <c>anthropic-version</c>: decides the dialect where the path does not.</param>
    /// <param name="contentType">Decides how the body of an unknown path is read.</param>
    public static GatewayEndpoint Resolve(string method, string path, bool anthropic, string? contentType)
    {
        path = Canonical(path);
        if (OfTheGateway(path, anthropic) is { } own)
            return own;
        if (HttpMethods.IsPost(method))
            return Post(path, anthropic, contentType);
        if (HttpMethods.IsDelete(method) && path.StartsWith("/v1/models/", StringComparison.Ordinal))
            return DeleteModel;
        // CONNECT is how a WebSocket starts over HTTP/2 (RFC 8441).
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsConnect(method))
            return anthropic ? AnthropicHarmless : Harmless;
        return path switch
        {
            "/v1/realtime" => Realtime,
            "/v1/models" => anthropic ? AnthropicModels : Models,
            _ when path.StartsWith("/v1/models/", StringComparison.Ordinal) => anthropic ? AnthropicModels : Models,
            _ when path.StartsWith(ResponsePrefix, StringComparison.Ordinal) && !path.AsSpan(ResponsePrefix.Length).Contains('/') =>
                StoredResponse,
            _ => anthropic ? AnthropicHarmless : Harmless,
        };
    }

    /// <summary>Paths that the gateway adds to the providers' surface.</summary>
    private static GatewayEndpoint? OfTheGateway(string path, bool anthropic) =>
        path switch
        {
            "/v1/prompts/optimize" => anthropic ? AnthropicOptimizePrompt : OptimizePrompt,
            "/v1/prompts/restore" => anthropic ? AnthropicRestorePrompt : RestorePrompt,
            "/chat" => PromptAnswer,
            "/v1/feedback" => anthropic ? AnthropicFeedback : Feedback,
            _ => null,
        };

    /// <summary>
    /// The path as lenient servers read it, only to decide what it is: no spelling of a path may avoid the meter or the check of the
    /// model. What goes upstream keeps the client's spelling.
    /// </summary>
    private static string Canonical(string path)
    {
        if (!path.AsSpan().ContainsAnyInRange('A', 'Z') && !path.Contains("//", StringComparison.Ordinal) && !path.Contains('%'))
            return path;
        // Kestrel decodes everything but %2F.
        path = path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).ToLowerInvariant();
        while (path.Contains("//", StringComparison.Ordinal))
            path = path.Replace("//", "/", StringComparison.Ordinal);
        return path.Length > 4 ? path.TrimEnd('/') : path;
    }

    private static GatewayEndpoint Post(string path, bool anthropic, string? contentType) =>
        path switch
        {
            "/v1/chat/completions" => Chat,
            "/v1/responses" => Responses,
            "/v1/messages" => Messages,
            "/v1/embeddings" => Embeddings,
            "/v1/completions" => Completion,
            "/v1/messages/count_tokens" => CountTokens,
            "/v1/responses/input_tokens" => InputTokens,
            "/v1/responses/compact" => Compact,
            "/v1/moderations" => Moderations,
            "/v1/images/generations" => Images,
            "/v1/images/edits" or "/v1/images/variations" => IsMultipart(contentType) ? ImageForms : Images,
            "/v1/audio/speech" => Speech,
            "/v1/audio/transcriptions" => Transcription,
            "/v1/audio/translations" => Translation,
            // client_secrets, sessions, calls: each gives a token for a connection that does not pass here.
            _ when path.StartsWith("/v1/realtime/", StringComparison.OrdinalIgnoreCase) => RealtimeCredentials,
            _ when IsStore(path) || path.EndsWith("/cancel", StringComparison.Ordinal) => anthropic ? AnthropicHarmless : Harmless,
            _ when IsJson(contentType) => anthropic ? AnthropicUnknownJson : UnknownJson,
            _ when IsMultipart(contentType) => UnknownForm,
            _ => Unknown,
        };

    private static bool IsStore(string path)
    {
        foreach (var store in Stores)
            if (path.StartsWith(store, StringComparison.Ordinal) && (path.Length == store.Length || path[store.Length] == '/'))
                return true;
        return false;
    }

    private static bool IsJson(string? contentType) =>
        contentType is not null
        && (
            contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
            || contentType.Contains("+json", StringComparison.OrdinalIgnoreCase)
        );

    private static bool IsMultipart(string? contentType) =>
        contentType is not null && contentType.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase);
}
