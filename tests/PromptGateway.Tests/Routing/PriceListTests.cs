using PromptGateway.Routing;

namespace PromptGateway.Tests.Routing;

public sealed class PriceListTests
{
    private const string Head =
        "provider,model,input_per_mtok,cached_input_per_mtok,cache_write_per_mtok,output_per_mtok,context_window,max_output,supports\n";

    [Fact]
    public void Parse_SeveralWrongLines_NamesAllOfThemAndUsesNone()
    {
        const string List =
            Head
            + "openai,good,1,0.5,,2,1000,100,tools\n"
            + "openai,short,1,0.5\n"
            + "openai,noinput,,0.5,,2,1000,100,tools\n"
            + "openai,words,one,half,,two,many,few,tools\n"
            + "openai,negative,-1,,,2,,,tools\n"
            + "openai,tier,1,,,2,,,tools|above_200k:in=x/out=3|cache_write_1h=?\n"
            + "openai,huge,1,,,99999999999999999999999999,,,\n";

        var failure = Should.Throw<FormatException>(() => PriceList.Parse(List));

        foreach (
            var part in new[] { "line 3", "line 4 (noinput)", "line 5 (words)", "line 6 (negative)", "line 7 (tier)", "line 8 (huge)" }
        )
            failure.Message.ShouldContain(part);
        foreach (var part in new[] { "'one'", "'half'", "'two'", "'many'", "'few'", "'above_200k:in=x/out=3'", "'?'" })
            failure.Message.ShouldContain(part);
        failure.Message.ShouldNotContain("line 2");
    }

    [Fact]
    public void Parse_WindowsLineEndingsAndBlankLines_AreRead() =>
        PriceList.Parse((Head + "openai,m,1,,,2,,,\n\n").ReplaceLineEndings("\r\n")).Find("openai", "M")!.Input.ShouldBe(1_000_000);

    [Fact]
    public void Load_TheFileInTheProject_IsRightThroughout() => PriceList.Load().Names.Count().ShouldBeGreaterThan(150);
}
