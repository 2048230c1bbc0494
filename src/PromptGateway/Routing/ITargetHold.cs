using PromptGateway.Chat;

namespace PromptGateway.Routing;

/// <summary>Something that a request holds for the target that it is sent to: places in limits, money of budgets.</summary>
internal interface ITargetHold
{
    /// <summary>Holds the same for another target from now on.</summary>
    /// <returns>Why that is not possible, and nothing has changed; null when it is done.</returns>
    Rejection? TryMoveTo(Target target);
}
