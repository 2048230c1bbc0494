using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>/v1/batches: create, list, read, cancel. A batch is done by the time its creation is answered.</summary>
internal static class BatchesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, SimulatorState state)
    {
        routes.MapPost(
            "/v1/batches",
            context => PlainEndpoint.ReplyAsync(context, state, body => Create(new BatchRun(state, body), state))
        );
        routes.MapGet(
            "/v1/batches",
            context =>
                PlainEndpoint.ReplyAsync(context, state, user: null, () => ItemPage.Of(context.Request.Query, state.Batches.Newest()))
        );
        routes.MapGet("/v1/batches/{id}", context => ReplyAsync(context, state));
        routes.MapPost("/v1/batches/{id}/cancel", context => ReplyAsync(context, state));
    }

    private static JsonNode Create(BatchRun run, SimulatorState state)
    {
        var batch = run.Execute();
        state.Batches.Add((string)batch["id"]!, batch, 2048);
        return batch.DeepClone();
    }

    private static Task ReplyAsync(HttpContext context, SimulatorState state)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return PlainEndpoint.ReplyAsync(
            context,
            state,
            user: null,
            () =>
                state.Batches.TryGet(id, out var batch)
                    ? batch.DeepClone()
                    : throw RefusedException.NotFound($"No batch with id '{id}'.", "id")
        );
    }
}
