using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>A copy of a prompt that waits to be looked at; whoever takes it disposes of the copy.</summary>
internal readonly record struct ShadowJob(
    PooledBody Body,
    RequestFormat Format,
    OptimizationPolicy Policy,
    PromptTarget Target,
    ShadowRun Run
);
