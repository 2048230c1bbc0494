using Microsoft.AspNetCore.Http.HttpResults;
using PromptGateway.Experiments.Switches;

namespace PromptGateway.Admin;

/// <summary><c>/admin/optimization/switches</c>.</summary>
internal static class SwitchRoutes
{
    public static void Map(RouteGroupBuilder admin)
    {
        var switches = admin.MapGroup("/optimization/switches").WithTags("optimization");
        switches
            .MapGet("", (Delegate)List)
            .WithSummary("Policies that were switched off because they did harm, and how running experiments stand")
            .Produces<SwitchListView>();
        switches
            .MapPost("reset", (Delegate)ResetAsync)
            .WithSummary("Set a policy back for a model; its test starts anew")
            .Query("policy", "The policy")
            .Query("model", "The model, as asked for")
            .Produces<PolicySwitch>()
            .Problems(400, 404);
    }

    private static Ok<SwitchListView> List(HttpContext context)
    {
        var watch = context.RequestServices.GetRequiredService<ExperimentWatch>();
        return TypedResults.Ok(
            new SwitchListView
            {
                Enabled = watch.Options.Enabled,
                Alpha = watch.Options.Alpha,
                Switches = watch.Switches(),
                Running = watch.Read(RunningExperimentView.Of),
            }
        );
    }

    private static async Task<IResult> ResetAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query);
        var (policy, model) = (reader.Text("policy"), reader.Text("model"));
        if (policy is null)
            reader.Fault("policy", "is missing");
        if (model is null)
            reader.Fault("model", "is missing");
        reader.ThrowIfFaulty();
        if (context.RequestServices.GetRequiredService<ExperimentWatch>().Reset(policy!, model!) is not { } reset)
            return AdminProblem.Of(
                StatusCodes.Status404NotFound,
                $"The policy '{policy}' is not switched off for '{model}'. GET /admin/optimization/switches lists those that are."
            );
        await context.RequestServices.GetRequiredService<ExperimentWatcher>().SyncAsync(context.RequestAborted);
        return TypedResults.Ok(reset);
    }
}
