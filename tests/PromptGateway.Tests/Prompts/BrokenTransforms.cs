using System.Collections;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Tests.Prompts;

/// <summary>A policy's list of one transform, until it breaks.</summary>
internal sealed class BrokenTransforms : IReadOnlyList<ITransform>
{
    private readonly ITransform[] _transforms = [new JsonCompactTransform(fences: false)];
    private volatile bool _isBroken;

    public int Count => Whole.Length;

    public ITransform this[int index] => Whole[index];

    private ITransform[] Whole => _isBroken ? throw new InvalidOperationException("A fault of the policy.") : _transforms;

    public void Break() => _isBroken = true;

    public IEnumerator<ITransform> GetEnumerator() => Whole.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
