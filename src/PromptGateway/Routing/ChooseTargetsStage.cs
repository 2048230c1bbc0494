using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;

namespace PromptGateway.Routing;

/// <summary>Model to targets. Leaves a <see cref="TargetList"/> behind, or refuses: 404 for an unknown model, 403 for one that the key may not use.</summary>
internal sealed class ChooseTargetsStage(RequestDelegate next, UpstreamCatalog catalog)
{
    /// <summary>Names the upstream for requests that name no model (files, batches), where several could be meant.</summary>
    public const string UpstreamHeader = "x-promptgateway-upstream";

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        var caller = context.Noun<Caller>();
        if (endpoint.HandsOutCredentials && caller.PassThroughSecret is null)
            return context.RejectAsync(RoutingRejection.HandsOutCredentials);
        var current = catalog.Current;
        var model = context.FindNoun<RequestedModel>()?.Name;
        var (targets, rejection) = model is null
            ? WithoutModel(context, endpoint, caller, current)
            : ForModel(context, model, endpoint, caller, current);
        if (targets is null)
            return context.RejectAsync(rejection!);
        context.SetNoun(new TargetList(targets));
        return next(context);
    }

    private static (Target[]? Targets, Rejection? Rejection) WithoutModel(
        HttpContext context,
        GatewayEndpoint endpoint,
        Caller caller,
        CatalogSnapshot catalog
    )
    {
        if (caller.Models is not null && !endpoint.OpenToRestrictedKeys)
            return (null, RoutingRejection.ModelCannotBeChecked(caller));
        var named = context.Request.Headers[UpstreamHeader].ToString();
        var passThrough = caller.PassThroughSecret is not null;
        var target =
            named.Length > 0 ? catalog.DefaultFor(endpoint.Dialect, named, passThrough)
            : context.FindNoun<HomeUpstream>() is { } home && catalog.DefaultFor(endpoint.Dialect, home.Id, passThrough) is { } has ? has
            : catalog.DefaultFor(endpoint.Dialect, null, passThrough);
        return target is null ? (null, RoutingRejection.NoUpstream(endpoint.Dialect, named)) : ([target], null);
    }

    private static (Target[]? Targets, Rejection? Rejection) ForModel(
        HttpContext context,
        string model,
        GatewayEndpoint endpoint,
        Caller caller,
        CatalogSnapshot catalog
    )
    {
        if (catalog.Resolve(model) is not { } resolution)
            // A key that may not use the name is told no more than that it is not served.
            return (
                null,
                RoutingRejection.UnknownModel(model, [.. catalog.Near(model).Where(near => caller.Models?.Allows(near) ?? true)])
            );
        if (caller.Models is { } filter && !MayUse(filter, resolution))
            return (null, RoutingRejection.NotAllowed(caller, model));
        var targets = resolution.For(endpoint.Dialect, caller.PassThroughSecret is not null);
        if (targets.Length == 0)
            return (null, RoutingRejection.OtherApi(model, resolution, endpoint.Dialect, caller));
        // Asked for only where it may be there: asking for a feature that is not costs more.
        var mayHaveHome = targets.Length > 1 && endpoint.Operation is Operation.Responses or Operation.Other;
        return (mayHaveHome ? AtHome(context, targets) : targets, null);
    }

    /// <summary>Only the one that has what the request goes on from, if it still serves the model.</summary>
    private static Target[] AtHome(HttpContext context, Target[] targets) =>
        context.FindNoun<HomeUpstream>() is { } home && Array.Find(targets, target => target.Upstream.Id == home.Id) is { } has
            ? [has]
            : targets;

    /// <summary>By the name asked for, or by the name that goes upstream: an alias is allowed with either.</summary>
    private static bool MayUse(ModelFilter filter, ModelResolution resolution)
    {
        if (filter.Allows(resolution.Name))
            return true;
        foreach (var target in resolution.All)
            if (!filter.Allows(target.Model))
                return false;
        return true;
    }
}
