using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Prompts;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

public sealed class OptimizeCommandTests : IDisposable
{
    private const string Rows = "[\n  { \"id\": 1, \"name\": \"a\" },\n  { \"id\": 2, \"name\": \"b\" }\n]";
    private static readonly string Request = System.Text.Encoding.UTF8.GetString(RandomPrompts.WithResultBehindManual(Rows));
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task OneRequestOverManyLines_ShowsATableAndTotals()
    {
        var file = Write("one.json", Request.Replace(",\"messages\"", ",\n  \"messages\"", StringComparison.Ordinal));

        var run = await CommandRun.OfAsync("optimize", file);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("json-compact  lossless        1");
        run.Output.ShouldContain("safe: 1 requests, ");
        run.Output.ShouldNotContain("\u001b");
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lines_AsJson_AddUp()
    {
        var batch = new JsonObject
        {
            ["custom_id"] = "x",
            ["url"] = "/v1/chat/completions",
            ["body"] = JsonNode.Parse(Request),
        };
        var file = Write("many.jsonl", $"{Request}\n\n{batch.ToJsonString()}\r\n{Request}");

        var run = await CommandRun.OfAsync("optimize", file, "--json", "--policy", "lossless");

        run.ExitCode.ShouldBe(0, run.Error);
        var totals = JsonNode.Parse(run.Output)!;
        totals["policy"]!.GetValue<string>().ShouldBe("lossless");
        totals["requests"]!.GetValue<int>().ShouldBe(3);
        var saved = totals["tokens"]!["saved"]!.GetValue<int>();
        saved.ShouldBeGreaterThan(0);
        saved.ShouldBe(totals["tokens"]!["before"]!.GetValue<int>() - totals["tokens"]!["after"]!.GetValue<int>());
        totals["transforms"]!.AsArray().Sum(t => t!["tokens_saved"]!.GetValue<int>()).ShouldBe(saved);
    }

    [Fact]
    public async Task LinesForReplay_AreTakenToo()
    {
        var file = Write("replay.jsonl", $$"""{"id":"one","request":{{Request}},"expected":"x"}""" + "\n" + Request);

        var run = await CommandRun.OfAsync("optimize", file);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("safe: 2 requests, ");
        run.Output.ShouldContain("json-compact  lossless        2");
    }

    [Fact]
    public async Task FormatThatTheRequestsAreNot_IsSaid()
    {
        var run = await CommandRun.OfAsync("optimize", Write("one.json", Request), "--format", "responses");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("line 1: has not what a responses payload has");
    }

    [Fact]
    public async Task Write_PutsTheOptimizedRequestsIntoAFile()
    {
        var file = Write("many.jsonl", $"{Request}\n{Request}\n");
        var written = Path.Combine(_directory.Path, "out.jsonl");

        var run = await CommandRun.OfAsync("optimize", file, "--write", written);

        run.ExitCode.ShouldBe(0, run.Error);
        var lines = await File.ReadAllLinesAsync(written);
        lines.Length.ShouldBe(2);
        JsonDocument
            .Parse(lines[1])
            .RootElement.GetProperty("messages")[1]
            .GetProperty("content")
            .GetString()
            .ShouldBe("""[{"id":1,"name":"a"},{"id":2,"name":"b"}]""");
    }

    [Fact]
    public async Task LinesThatAreNoRequests_AreNamedAndTheRestIsDone()
    {
        var file = Write("bad.jsonl", $"{Request}\nnot json\n{{\"prompt\":1}}\n{Request}\n");

        var run = await CommandRun.OfAsync("optimize", file);

        run.ExitCode.ShouldBe(2);
        run.Output.ShouldContain("safe: 2 requests, ");
        run.Error.ShouldContain("line 2: ");
        run.Error.ShouldContain("line 3: neither 'messages' nor 'input'");
    }

    [Theory]
    [InlineData("", "There is no request in")]
    [InlineData("{}", "There is no optimization policy 'none'", "--policy", "none")]
    public async Task FileOrPolicyThatIsNone_SaysSo(string content, string message, params string[] more)
    {
        var run = await CommandRun.OfAsync(["optimize", Write("file.json", content), .. more]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(message);
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task MissingFile_SaysSo()
    {
        var run = await CommandRun.OfAsync("optimize", Path.Combine(_directory.Path, "nowhere.json"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("nowhere.json");
    }

    public void Dispose() => _directory.Dispose();

    private string Write(string name, string content)
    {
        Directory.CreateDirectory(_directory.Path);
        var path = Path.Combine(_directory.Path, name);
        File.WriteAllText(path, content);
        return path;
    }
}
