namespace PromptGateway.Routing;

/// <summary>Where the request may go, best first; left on it by <c>ChooseTargetsStage</c>. Never empty.</summary>
internal sealed class TargetList(Target[] targets)
{
    public ReadOnlySpan<Target> Span => targets;

    public int Count => targets.Length;

    public Target this[int index] => targets[index];
}
