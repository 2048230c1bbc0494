using PromptGateway.Chat;
using PromptGateway.Usage;

namespace PromptGateway.Tests.RateLimits;

public sealed class TokenHabitTests
{
    [Fact]
    public void Expectation_WithoutExperience_IsFourBytesATokenAndAModestAnswer()
    {
        var habit = new TokenHabit();

        habit.PromptTokens(4001).ShouldBe(1001);
        habit.OutputTokens(null).ShouldBe(256);
        habit.OutputTokens(16).ShouldBe(16);
    }

    [Fact]
    public void Expectation_AfterManyAnswers_FollowsThem()
    {
        var habit = new TokenHabit();
        for (var i = 0; i < 64; i++)
            habit.Learn(8000, new TokenUsage { InputTokens = 1000, OutputTokens = i % 10 == 0 ? 5000 : 40 });

        habit.PromptTokens(8000).ShouldBeInRange(1000, 1010);
        habit.OutputTokens(null).ShouldBeOneOf(40L, 5000L);
        habit.OutputTokens(100).ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public void TextOfAnswers_AfterManyStreams_IsCountedAsTheProviderCounts()
    {
        var habit = new TokenHabit();
        habit.TokensOfOutput(400).ShouldBe(100);

        // Of 250 tokens 50 are reasoning, which is no text.
        for (var i = 0; i < 64; i++)
            habit.Learn(100, new TokenUsage { OutputTokens = 250, ReasoningTokens = 50 }, textBytes: 500);

        habit.TokensOfOutput(1000).ShouldBeInRange(398, 402);
    }
}
