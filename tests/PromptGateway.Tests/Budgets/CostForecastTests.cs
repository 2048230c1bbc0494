using System.Buffers;
using System.Text;
using PromptGateway.Budgets;
using PromptGateway.Chat;
using PromptGateway.Prompts;
using PromptGateway.Routing;

namespace PromptGateway.Tests.Budgets;

public sealed class CostForecastTests
{
    private static readonly Target Target = new(null!, "gpt-4o", new ModelPrice { Input = 2_500_000, Output = 10_000_000 });

    private static (long? Bound, long Counted) Of(string json, Operation operation = Operation.Chat)
    {
        using var body = new PooledBody(1024);
        body.Append(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)));
        var prompt = PromptReading.Read(body, modelRequired: true, operation).Prompt.ShouldNotBeNull();
        return (
            CostForecast.WorstByBytes(Target, prompt, operation, null)?.Tokens,
            CostForecast.Worst(Target, prompt, operation, null).Tokens
        );
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData(
        """{"model":"gpt-4o","max_tokens":5,"n":3,"messages":[{"role":"system","content":"日本語 naïve café"},{"role":"user","content":"a b c d e f"}]}"""
    )]
    [InlineData(
        """{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","enum":["b","c"]}}}}}]}"""
    )]
    public void WorstByBytes_Text_IsNoLessThanWhatIsCounted(string json)
    {
        var (bound, counted) = Of(json);
        bound.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(counted);
    }

    /// <summary>An image that is only named has more tokens than its name has bytes.</summary>
    [Theory]
    [InlineData(
        """{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://a/b.png"}}]}]}"""
    )]
    [InlineData(
        """{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"im\u0061ge_url","im\u0061ge_url":{"url":"http://a/b.png"}}]}]}"""
    )]
    [InlineData("""{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]}""")]
    [InlineData("""{"model":"gpt-4o","previous_response_id":"resp_1","messages":[]}""")]
    public void WorstByBytes_NamesWhatIsNotInTheRequest_IsNotTaken(string json) => Of(json).Bound.ShouldBeNull();

    /// <summary>A strict budget must not be told that an answer is short by a member that the upstream passes over.</summary>
    [Theory]
    [InlineData("Chat", """{"model":"gpt-4o","max_output_tokens":1,"max_tokens":900,"messages":[]}""", 900)]
    [InlineData("Chat", """{"model":"gpt-4o","max_completion_tokens":1,"max_tokens":900,"messages":[]}""", 900)]
    [InlineData("Chat", """{"model":"gpt-4o","max_completion_tokens":900,"messages":[],"best_of":7}""", 900)]
    [InlineData("Responses", """{"model":"gpt-4o","max_tokens":1,"max_output_tokens":900,"input":"x"}""", 900)]
    [InlineData("Responses", """{"model":"gpt-4o","max_tokens":1,"input":"x"}""", 128_000)]
    [InlineData("Completion", """{"model":"gpt-4o","max_tokens":900,"n":2,"best_of":3,"prompt":"x"}""", 2_700)]
    [InlineData("Chat", """{"model":"gpt-4o","max_tokens":900,"n":"3","messages":[]}""", 2_700)]
    [InlineData("Chat", """{"model":"gpt-4o","max_tokens":900,"n":3.0,"messages":[]}""", 2_700)]
    [InlineData("Chat", """{"model":"gpt-4o","max_tokens":900,"n":null,"messages":[]}""", 900)]
    [InlineData("Chat", """{"model":"gpt-4o","max_tokens":"1","messages":[]}""", 128_000)]
    [InlineData("Chat", """{"model":"gpt-4o","max_tokens":-1,"messages":[]}""", 128_000)]
    [InlineData("Completion", """{"model":"gpt-4o","max_tokens":900,"n":2,"prompt":["x","y","[\"z"]}""", 5_400)]
    [InlineData("Completion", """{"model":"gpt-4o","max_tokens":900,"prompt":[[1,2],[3]]}""", 1_800)]
    [InlineData("Completion", """{"model":"gpt-4o","max_tokens":900,"prompt":[1,2,3]}""", 900)]
    public void Worst_LongestAnswers_AreThoseThatTheEndpointMayGenerate(string operation, string json, int output)
    {
        Of(json, Enum.Parse<Operation>(operation)).Counted.ShouldBeInRange(output, output + json.Length);
    }

    /// <summary>What came before is part of the prompt, and how much that is the request does not say.</summary>
    [Theory]
    [InlineData("""{"model":"gpt-4o","input":"Go on","max_output_tokens":100,"previous_response_id":"resp_1"}""", 128_100)]
    [InlineData("""{"model":"gpt-4o","input":"Go on","max_output_tokens":100,"previous_\u0072esponse_id":"resp_1"}""", 128_100)]
    [InlineData("""{"model":"gpt-4o","input":"Go on","max_output_tokens":100,"conversation":{"id":"conv_1"}}""", 128_100)]
    [InlineData("""{"model":"gpt-4o","input":"Go on","max_output_tokens":100,"previous_response_id":null}""", 100)]
    public void Worst_PromptThatGoesOnFromAnEarlierOne_MayFillTheContext(string json, int least)
    {
        var (bound, counted) = Of(json, Operation.Responses);

        counted.ShouldBeInRange(least, least + 100);
        if (bound is not null)
            least.ShouldBe(100);
    }

    [Fact]
    public void Worst_ImageThatIsOnlyNamed_IsCountedAsAnImage() =>
        Of(
            """{"model":"gpt-4o","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://a/b.png"}}]}]}"""
        )
            .Counted.ShouldBeGreaterThan(700);
}
