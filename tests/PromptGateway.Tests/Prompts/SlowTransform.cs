using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>A transform that takes time on the test's clock. With a random time it changes nothing, else it makes every text the same.</summary>
internal sealed class SlowTransform : IPromptTransform
{
    public const string Result = "short";
    private readonly TestClock _clock;
    private readonly TimeSpan _takes;
    private readonly Random? _random;

    public SlowTransform(TestClock clock, TimeSpan takes) => (_clock, _takes) = (clock, takes);

    public SlowTransform(TestClock clock, Random random) => (_clock, _random) = (clock, random);

    public string Name => "slow";

    public TransformClass Class => TransformClass.Trimming;

    public bool TouchesFiles => true;

    public int Calls { get; private set; }

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        if (input.Text.SequenceEqual("short"u8))
            return SkipReason.NothingToDo;
        _clock.Advance(_random is null ? _takes : TimeSpan.FromMilliseconds(_random.Next(4)));
        if (_random is not null)
            return SkipReason.NothingToDo;
        Calls++;
        output.Append("short"u8);
        return null;
    }

    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) => true;
}
