using System.Text.Json.Nodes;
using PromptGateway.Simulator.Storage;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>/v1/files: upload, list, read, content, delete. Files live in memory; the oldest go first when it is full.</summary>
internal static class FilesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, SimulatorState state)
    {
        routes.MapPost("/v1/files", context => UploadAsync(context, state));
        routes.MapGet("/v1/files", context => PlainEndpoint.ReplyAsync(context, state, user: null, () => List(context, state)));
        routes.MapGet("/v1/files/{id}", context => ReplyAsync(context, state, file => file.Describe()));
        routes.MapDelete("/v1/files/{id}", context => ReplyAsync(context, state, file => Delete(file, state)));
        routes.MapGet("/v1/files/{id}/content", context => ContentAsync(context, state));
    }

    private static async Task UploadAsync(HttpContext context, SimulatorState state)
    {
        var form = await FormReader.ReadAsync(context, state);
        var purpose = form["purpose"].ToString() is { Length: > 0 } given ? given : throw RefusedException.Missing("purpose");
        var (name, content) = await FormReader.FileAsync(form, "file", context.RequestAborted);
        await PlainEndpoint.ReplyAsync(context, state, user: null, () => state.AddFile(name, purpose, content).Describe());
    }

    private static JsonObject List(HttpContext context, SimulatorState state)
    {
        var purpose = context.Request.Query["purpose"].ToString();
        var files = state.Files.Newest().Where(file => purpose.Length == 0 || file.Purpose == purpose);
        return ItemPage.Of(context.Request.Query, files.Select(file => file.Describe()));
    }

    private static async Task ContentAsync(HttpContext context, SimulatorState state)
    {
        var file = Find(context, state);
        if (!await PlainEndpoint.BeginAsync(context, state, user: null))
            return;
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Content.Length;
        await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
    }

    private static Task ReplyAsync(HttpContext context, SimulatorState state, Func<StoredFile, JsonNode> reply) =>
        PlainEndpoint.ReplyAsync(context, state, user: null, () => reply(Find(context, state)));

    private static StoredFile Find(HttpContext context, SimulatorState state)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return state.Files.TryGet(id, out var file) ? file : throw RefusedException.NotFound($"No such File object: {id}.", "id");
    }

    private static JsonObject Delete(StoredFile file, SimulatorState state)
    {
        state.Files.Remove(file.Id);
        return new()
        {
            ["id"] = file.Id,
            ["object"] = "file",
            ["deleted"] = true,
        };
    }
}
