using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Behavior;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>One exchange with an endpoint that generates no text: delays and faults apply to it too.</summary>
internal static class PlainEndpoint
{
    /// <param name="context">The request.</param>
    /// <param name="state">The simulator.</param>
    /// <param name="user">The request's <c>user</c> field, which may carry a behaviour marker.</param>
    /// <param name="reply">Makes the answer.</param>
    public static async Task ReplyAsync(HttpContext context, SimulatorState state, string? user, Func<JsonNode> reply)
    {
        var sender = Sender(context, state, user);
        if (await sender.BeginAsync())
            await sender.SendWholeAsync(reply());
    }

    /// <summary>Reads the body, then replies.</summary>
    public static async Task ReplyAsync(HttpContext context, SimulatorState state, Func<JsonElement, JsonNode> reply)
    {
        var body = await RequestReader.JsonAsync(context, state);
        await ReplyAsync(context, state, body.Text("user"), () => reply(body));
    }

    /// <summary>For answers that are not JSON: only what comes before the first byte.</summary>
    /// <returns>False: a fault took the answer's place.</returns>
    public static Task<bool> BeginAsync(HttpContext context, SimulatorState state, string? user) =>
        Sender(context, state, user).BeginAsync();

    private static AnswerSender Sender(HttpContext context, SimulatorState state, string? user)
    {
        var marked = user ?? "";
        var behavior = BehaviorSyntax.TakeMarker(state.Options.Behavior, ref marked);
        behavior = BehaviorSyntax.Apply(behavior, context.Request.Headers[BehaviorSyntax.HeaderName].ToString());
        return new AnswerSender(context, behavior, state.Clock);
    }
}
