using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Preview;
using PromptGateway.Tokens;

namespace PromptGateway.Cli.Replay;

/// <summary>
/// <c>promptgateway replay FILE</c>: conversations against a target with and without a policy. Exit codes: 0 all answered, 1 nothing was
/// done (arguments, file), 2 some requests failed.
/// </summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> File = new("FILE")
    {
        Description =
            "Conversations as payloads of chat completions, responses or messages, one a line, with 'expected' or 'schema' beside them; - is standard input",
    };
    private static readonly Option<string> Target = new("--target")
    {
        Description = "Base URL of the API, up to /v1: http://127.0.0.1:8080/v1",
        Required = true,
    };
    private static readonly Option<string[]> Models = new("--model", "-m")
    {
        Description = "Who is to answer; several are compared",
        Required = true,
    };
    private static readonly PolicyOptions Policies = new();
    private static readonly Option<string?> Format = new("--format")
    {
        Description = $"What the conversations are: {PromptFormats.Names}; told by their fields when it is not given",
    };
    private static readonly Option<string?> Key = new("--key")
    {
        Description =
            $"API key of the target ({ReplayKey.Variable}, else OPENAI_API_KEY or ANTHROPIC_API_KEY, which do not show in the list of processes)",
    };
    private static readonly Option<string> Grade = new("--grade")
    {
        Description = "How answers are graded: none, exact ('expected'), schema ('schema'), judge (a model)",
        DefaultValueFactory = _ => "none",
    };
    private static readonly Option<string?> JudgeModel = new("--judge-model") { Description = "The model that grades, at the same target" };
    private static readonly Option<int> Parallel = new("--parallel")
    {
        Description = "Conversations under way at a time, 1 to 64; latency is truest with 1",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<int> Timeout = new("--timeout")
    {
        Description = "Seconds an answer may take",
        DefaultValueFactory = _ => 120,
    };
    private static readonly Option<int> Answers = new("--answers")
    {
        Description = "How many answers that differ are shown side by side",
        DefaultValueFactory = _ => 5,
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print everything as JSON, with all answers" };

    public static Command Create()
    {
        var command = new Command("replay", "Compare answers, tokens, cost and latency with and without an optimization policy") { File };
        foreach (var option in (Option[])[Target, Models, Format, Key, Grade, JudgeModel, Parallel, Timeout, Answers, Json])
            command.Options.Add(option);
        Policies.AddTo(command);
        Format.AcceptOnlyFromAmong(PromptFormats.Names.Split(", "));
        Grade.AcceptOnlyFromAmong("none", "exact", "schema", "judge");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var policy = Policies.Find(parsed);
            var conversations = await ReadAsync(parsed, cancellationToken);
            using var client = NewClient(parsed);
            var target = NewTarget(parsed, client);
            var run = new ReplayRun(target, policy, Grader(parsed, target), new PolicyRunner(TimeProvider.System));
            var models = parsed.GetRequiredValue(Models).Distinct().ToArray();
            IReadOnlyList<ReplayResult> results;
            using (var progress = ProgressLine.On(error, "conversations"))
                results = await run.RunAsync(
                    conversations,
                    models,
                    Bounded(parsed, Parallel, 1, 64),
                    done => progress.Report(done, conversations.Count * models.Length),
                    cancellationToken
                );
            var shown = new ReplayOutput(policy.Name, results);
            if (parsed.GetValue(Json))
                shown.WriteJson(output);
            else
                shown.WriteTable(output, Bounded(parsed, Answers, 0, int.MaxValue));
            return shown.HasErrors ? 2 : 0;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or FormatException or OptionsValidationException or InvalidDataException)
        {
            await error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<IReadOnlyList<ReplayCase>> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = parsed.GetRequiredValue(File);
        var grade = parsed.GetRequiredValue(Grade);
        RequestFormat? format = parsed.GetValue(Format) is { } name && PromptFormats.TryParse(name, out var known) ? known : null;
        var conversations = new List<ReplayCase>();
        foreach (var (line, json) in await JsonDocuments.ReadAsync(path, cancellationToken))
            try
            {
                var conversation = ReplayCase.Read(json, line, format);
                if (grade == "schema" && conversation.Schema is { } schema)
                    using (var rules = JsonDocument.Parse(schema.ToJsonString()))
                        JsonSchemaCheck.Check(rules.RootElement);
                conversations.Add(conversation);
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                throw new FormatException($"line {line}: {e.Message}", e);
            }
        if (conversations.Count == 0)
            throw new FormatException($"There is no conversation in {path}.");
        if (grade == "exact" && conversations.All(conversation => conversation.Expected is null))
            throw new FormatException("--grade exact needs conversations with 'expected', or with the assistant's answer as last message.");
        if (grade == "schema" && conversations.All(conversation => conversation.Schema is null))
            throw new FormatException("--grade schema needs conversations with 'schema'.");
        return conversations;
    }

    private static HttpClient NewClient(ParseResult parsed) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = TimeSpan.FromSeconds(Bounded(parsed, Timeout, 1, 3600)),
            MaxResponseContentBufferSize = 64 << 20,
        };

    private static ReplayTarget NewTarget(ParseResult parsed, HttpClient client)
    {
        var text = parsed.GetRequiredValue(Target);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new FormatException($"--target '{text}' is no http or https address.");
        var key = parsed.GetValue(Key);
        return new ReplayTarget(
            client,
            address,
            format => key ?? ReplayKey.Find(format, Environment.GetEnvironmentVariable),
            TimeProvider.System
        );
    }

    private static IAnswerGrader? Grader(ParseResult parsed, ReplayTarget target) =>
        parsed.GetRequiredValue(Grade) switch
        {
            "exact" => new ExactGrader(),
            "schema" => new SchemaGrader(),
            "judge" => new JudgeGrader(
                target,
                parsed.GetValue(JudgeModel) ?? throw new FormatException("--grade judge needs --judge-model: who is to grade?")
            ),
            _ => null,
        };

    private static int Bounded(ParseResult parsed, Option<int> option, int least, int most) =>
        parsed.GetValue(option) is var value && value >= least && value <= most
            ? value
            : throw new FormatException($"{option.Name} is {value}, expected {least} to {most}.");
}
