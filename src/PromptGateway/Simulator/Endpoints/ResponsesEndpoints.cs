using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Formats;
using PromptGateway.Simulator.Storage;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/responses and what belongs to stored responses: read, delete, input items, input tokens.</summary>
internal static class ResponsesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, SimulatorState state)
    {
        routes.MapPost("/v1/responses", context => CreateAsync(context, state));
        routes.MapPost(
            "/v1/responses/input_tokens",
            context =>
                PlainEndpoint.ReplyAsync(
                    context,
                    state,
                    body => new JsonObject
                    {
                        ["object"] = "response.input_tokens",
                        ["input_tokens"] = ResponsesRequestReader.Read(body, Elements(Earlier(body, state))).PromptTokens,
                    }
                )
        );
        routes.MapGet("/v1/responses/{id}", context => ReplyAsync(context, state, (_, stored) => Parse(stored.Response)));
        routes.MapDelete("/v1/responses/{id}", context => ReplyAsync(context, state, (id, _) => Delete(id, state)));
        routes.MapGet("/v1/responses/{id}/input_items", context => ReplyAsync(context, state, (_, stored) => InputItems(context, stored)));
    }

    private static async Task CreateAsync(HttpContext context, SimulatorState state)
    {
        var body = await RequestReader.JsonAsync(context, state);
        if (body.Flag("background"))
            throw RefusedException.Invalid("background", "the simulator answers in the foreground only");
        var earlier = Earlier(body, state);
        var request = ResponsesRequestReader.Read(body, Elements(earlier));
        var format = new ResponsesFormat(body);
        await TextEndpoint.AnswerAsync(
            context,
            state,
            body,
            request,
            format,
            (_, settled, behavior) =>
            {
                // Stored before it is sent: a client may ask for it as soon as it has seen the last event.
                var answer = TextExchange.Automatic(state, settled, behavior);
                if (!body.Has("store") || body.Flag("store"))
                    ResponsesStore.Add(state, body, earlier, format.Whole(answer), answer);
                return answer;
            }
        );
    }

    private static IReadOnlyList<byte[]> Earlier(JsonElement body, SimulatorState state)
    {
        if (body.Text("previous_response_id") is not { } id)
            return [];
        if (state.Responses.TryGet(id, out var stored))
            return stored.Context;
        throw new RefusedException(
            Rejection.BadRequest("previous_response_not_found", $"Previous response with id '{id}' not found.", "previous_response_id")
        );
    }

    private static Task ReplyAsync(HttpContext context, SimulatorState state, Func<string, StoredResponse, JsonNode> reply)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return PlainEndpoint.ReplyAsync(
            context,
            state,
            user: null,
            () =>
                state.Responses.TryGet(id, out var stored)
                    ? reply(id, stored)
                    : throw RefusedException.NotFound($"Response with id '{id}' not found.")
        );
    }

    private static JsonObject Delete(string id, SimulatorState state)
    {
        state.Responses.Remove(id);
        return new()
        {
            ["id"] = id,
            ["object"] = "response",
            ["deleted"] = true,
        };
    }

    private static JsonObject InputItems(HttpContext context, StoredResponse stored)
    {
        var items = Parse(stored.Input).AsArray().Select(item => item!.AsObject());
        return ItemPage.Of(context.Request.Query, context.Request.Query["order"] == "asc" ? items : items.Reverse());
    }

    private static List<JsonElement> Elements(IReadOnlyList<byte[]> items) =>
        [.. items.Select(item => JsonDocument.Parse(item, SimulatorJson.Reader).RootElement)];

    private static JsonNode Parse(byte[] stored) => JsonNode.Parse(stored, documentOptions: SimulatorJson.Reader)!;
}
