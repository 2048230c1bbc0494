using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;

namespace PromptGateway.Routing;

/// <summary>Answers <c>GET /v1/models</c> and <c>/v1/models/{id}</c> from the catalog: what this key may use.</summary>
internal sealed class ListModelsStage(RequestDelegate next, UpstreamCatalog catalog, ModelDiscovery discovery)
{
    private const string Path = "/v1/models";

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        return endpoint.Operation == Operation.Models ? AnswerAsync(context, endpoint.Dialect) : next(context);
    }

    private async Task AnswerAsync(HttpContext context, Dialect dialect)
    {
        var caller = context.Noun<Caller>();
        var models = await AllowedAsync(caller, context.RequestAborted);
        var path = context.Request.Path.Value!;
        if (path.Length <= Path.Length + 1)
        {
            await context.Response.WriteAsJsonAsync(ModelJson.List(models, dialect), ModelJson.Options, context.RequestAborted);
            return;
        }
        // Names with a slash come encoded.
        var name = Uri.UnescapeDataString(path[(Path.Length + 1)..]);
        if (models.FirstOrDefault(m => m.Name == name) is { } model)
            await context.Response.WriteAsJsonAsync(ModelJson.One(model, dialect), ModelJson.Options, context.RequestAborted);
        else
            await context.RejectAsync(
                RoutingRejection.UnknownModel(name, [.. catalog.Current.Near(name).Where(near => models.Exists(m => m.Name == near))])
            );
    }

    private async Task<List<ListedModel>> AllowedAsync(Caller caller, CancellationToken cancellationToken)
    {
        var passThrough = caller.PassThroughSecret is not null;
        var models = new SortedDictionary<string, ListedModel>(StringComparer.Ordinal);
        foreach (var model in catalog.Current.ListModels())
            models.TryAdd(model.Name, model);
        foreach (var upstream in catalog.Current.Upstreams)
            if (upstream.CatchAll)
                foreach (var name in await discovery.NamesAsync(upstream, cancellationToken))
                    models.TryAdd(name, new ListedModel(name, upstream));
        return [.. models.Values.Where(m => m.Upstream.PassThrough == passThrough && (caller.Models?.Allows(m.Name) ?? true))];
    }
}
