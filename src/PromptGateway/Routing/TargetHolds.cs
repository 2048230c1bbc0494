using PromptGateway.Chat;

namespace PromptGateway.Routing;

/// <summary>All that a request holds for its target, in the order in which it was acquired; left on it by the first that holds something.</summary>
internal sealed class TargetHolds
{
    private readonly List<ITargetHold> _holds = [];

    public static void Add(HttpContext context, ITargetHold hold)
    {
        if (context.Features.Get<TargetHolds>() is not { } holds)
            context.Features.Set(holds = new TargetHolds());
        holds._holds.Add(hold);
    }

    /// <summary>Before the request goes to another target than so far.</summary>
    /// <returns>Why it must not; what has moved by then is moved again with the next try, or settled with the request.</returns>
    public static Rejection? TryMove(HttpContext context, Target target)
    {
        foreach (var hold in context.Features.Get<TargetHolds>()?._holds ?? [])
            if (hold.TryMoveTo(target) is { } rejection)
                return rejection;
        return null;
    }
}
