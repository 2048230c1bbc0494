using System.CommandLine;
using Microsoft.Extensions.Options;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Preview;
using PromptGateway.Tokens;

namespace PromptGateway.Cli;

/// <summary>
/// <c>promptgateway optimize FILE</c>: what a policy would do to recorded requests. Asks nobody and needs no gateway. Exit codes: 0 all
/// requests were read, 1 nothing was done (arguments, file), 2 some could not be read.
/// </summary>
internal static class OptimizeCommand
{
    private static readonly Argument<string> File = new("FILE")
    {
        Description = "A request body as JSON, or a file with one a line (also lines of a batch file, or for replay); - is standard input",
    };
    private static readonly PolicyOptions Policies = new();
    private static readonly Option<string?> Format = new("--format")
    {
        Description = $"What the requests are: {PromptFormats.Names}; told by their fields when it is not given",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the totals as JSON" };
    private static readonly Option<string?> Out = new("--write")
    {
        Description = "Write the optimized requests to this file, one a line in the order of the input; - is standard output",
    };

    public static Command Create()
    {
        var command = new Command("optimize", "Show what an optimization policy would do to recorded requests") { File, Format, Json, Out };
        Policies.AddTo(command);
        Format.AcceptOnlyFromAmong(PromptFormats.Names.Split(", "));
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            var policy = Policies.Find(parsed);
            RequestFormat? format = parsed.GetValue(Format) is { } name && PromptFormats.TryParse(name, out var known) ? known : null;
            var documents = await JsonDocuments.ReadAsync(parsed.GetRequiredValue(File), cancellationToken);
            if (documents.Count == 0)
                throw new FormatException($"There is no request in {parsed.GetRequiredValue(File)}.");
            var summary = new OptimizeSummary(policy.Name);
            var path = parsed.GetValue(Out);
            var standard = parsed.InvocationConfiguration.Output;
            await using (var file = path is null or "-" ? null : new StreamWriter(path))
                await PreviewAllAsync(documents, format, policy, summary, path == "-" ? standard : file, error, cancellationToken);
            Show(summary, parsed.GetValue(Json), path == "-" ? error : standard);
            foreach (var (line, reason) in summary.Failures)
                await error.WriteLineAsync($"line {line}: {reason}");
            return summary.Failures.Count == 0 ? 0 : 2;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or FormatException or OptionsValidationException or InvalidDataException)
        {
            await error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task PreviewAllAsync(
        IReadOnlyList<(int Line, byte[] Json)> documents,
        RequestFormat? format,
        OptimizationPolicy policy,
        OptimizeSummary summary,
        TextWriter? output,
        TextWriter error,
        CancellationToken cancellationToken
    )
    {
        var previewer = new PromptPreviewer(new PolicyRunner(TimeProvider.System));
        var targets = new ModelTargets();
        using var progress = ProgressLine.On(error, "requests");
        for (var index = 0; index < documents.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report(index, documents.Count);
            var (line, json) = documents[index];
            try
            {
                var request = RecordedRequest.Read(json, format);
                var preview = previewer.Preview(
                    request.Payload,
                    request.Format,
                    policy,
                    request.Model ?? PreviewPromptStage.UsualModel,
                    targets.Of(request.Format == RequestFormat.Messages ? "anthropic" : "openai", request.Model)
                );
                summary.Add(preview);
                if (output is not null)
                    await output.WriteLineAsync(OneLine(JsonDocuments.Text(preview.Request), documents.Count));
            }
            catch (FormatException e)
            {
                summary.Failures.Add((line, e.Message));
            }
        }
    }

    /// <summary>A file of several requests has one a line; line breaks in JSON stand only between its tokens.</summary>
    private static string OneLine(string json, int documents) => documents == 1 ? json : json.Replace('\n', ' ').Replace('\r', ' ');

    private static void Show(OptimizeSummary summary, bool json, TextWriter output)
    {
        if (json)
            summary.WriteJson(output);
        else
            summary.WriteTable(output, TerminalStyle.Of(output));
    }
}
