using System.Text.Json;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Formats;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>One exchange with an endpoint that generates text.</summary>
internal static class TextEndpoint
{
    /// <param name="context">The request.</param>
    /// <param name="state">The simulator.</param>
    /// <param name="body">Its parsed body.</param>
    /// <param name="request">What the body asks for.</param>
    /// <param name="format">How the answer is written.</param>
    /// <param name="generate">How the answer is made.</param>
    /// <returns>The answer; null if a fault took its place.</returns>
    public static async Task<Answer?> AnswerAsync(
        HttpContext context,
        SimulatorState state,
        JsonElement body,
        GenerationRequest request,
        IAnswerFormat format,
        Func<SimulatorState, GenerationRequest, SimulatorBehavior, Answer> generate
    )
    {
        var (settled, behavior) = TextExchange.Settle(request, body, context.Request.Headers, state);
        var sender = new AnswerSender(context, behavior, state.Clock);
        if (!await sender.BeginAsync())
            return null;
        var answer = generate(state, settled, behavior);
        await sender.SendAsync(format, answer);
        return answer;
    }
}
