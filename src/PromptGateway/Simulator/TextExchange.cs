using System.Text.Json;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Caching;
using PromptGateway.Simulator.Formats;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator;

/// <summary>What all text endpoints have in common between reading a request and sending the answer.</summary>
internal static class TextExchange
{
    /// <summary>Settings of this request: defaults, then the <c>user</c> field, then the last user text, then the header.</summary>
    /// <returns>The request without its marker, and the settings.</returns>
    public static (GenerationRequest Request, SimulatorBehavior Behavior) Settle(
        GenerationRequest request,
        JsonElement body,
        IHeaderDictionary headers,
        SimulatorState state
    )
    {
        var behavior = state.Options.Behavior;
        var user =
            body.Member("user").ValueKind is JsonValueKind.String ? body.Text("user")! : body.Member("metadata").Text("user_id") ?? "";
        behavior = BehaviorSyntax.TakeMarker(behavior, ref user);
        var text = request.UserText;
        behavior = BehaviorSyntax.TakeMarker(behavior, ref text);
        behavior = BehaviorSyntax.Apply(behavior, headers[BehaviorSyntax.HeaderName].ToString());
        return (request with { UserText = text }, behavior);
    }

    /// <summary>Generates the answer with OpenAI's automatic prompt cache.</summary>
    public static Answer Automatic(SimulatorState state, GenerationRequest request, SimulatorBehavior behavior)
    {
        var scope = ContentHash.Combine(ContentHash.Of(request.Model), ContentHash.Of(request.CacheKey));
        var outcome = state.PromptCache.Automatic(scope, [.. request.Segments], request.CacheTimeToLive);
        if (!ModelTraits.ReportsCacheWrites(request.Model))
            outcome = outcome with { Written = 0 };
        return state.Generator.Generate(request, behavior, outcome);
    }

    /// <summary>Generates the answer with Anthropic's explicit prompt cache.</summary>
    public static Answer Explicit(SimulatorState state, GenerationRequest request, SimulatorBehavior behavior)
    {
        var minimum = ModelTraits.MinimumCachedTokens(request.Model);
        var outcome = state.PromptCache.Explicit(ContentHash.Of(request.Model), [.. request.Segments], minimum);
        return state.Generator.Generate(request, behavior, outcome);
    }
}
