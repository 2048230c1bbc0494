using System.Text;
using PromptGateway.Objects;

namespace PromptGateway.Tests.Objects;

public sealed class BatchLinesTests
{
    private static string Line(string model) =>
        """{"response":{"body":{"model":"MODEL","usage":{"input_tokens":2,"output_tokens":1}}}}""".Replace("MODEL", model);

    private static BatchLines Read(params string[] lines)
    {
        var read = new BatchLines();
        foreach (var line in lines)
            read.Read(Encoding.UTF8.GetBytes(line));
        return read;
    }

    [Fact]
    public void Lines_OfSeveralModels_AreAddedUpInTheOrderOfTheirFirst() =>
        Read(Line("b"), "", Line("a"), Line("b")).Parts.Select(part => (part.Model, part.Usage.InputTokens)).ShouldBe([("b", 4), ("a", 2)]);

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"response":null,"error":{"usage":{"input_tokens":5}}}""")]
    [InlineData("""{"response":{"body":{"error":{"message":"no"}}}}""")]
    [InlineData("""{"body":{"usage":{"input_tokens":5}}}""")]
    public void Line_WithoutAnAnswer_CostsNothing(string line) => Read(line).Parts.ShouldBeEmpty();

    [Fact]
    public void Lines_OfVeryManyModels_AreBoundedAndNothingIsLost()
    {
        var lines = Read([.. Enumerable.Range(0, 500).Select(i => Line($"m{i}"))]);

        lines.Parts.Count.ShouldBeLessThanOrEqualTo(65);
        lines.Parts.Sum(part => part.Usage.InputTokens).ShouldBe(1000);
    }
}
