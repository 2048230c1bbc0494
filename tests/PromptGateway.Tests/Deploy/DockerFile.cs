using System.Text.Json;
using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Deploy;

/// <summary>The instructions of the last stage of the <c>Dockerfile</c>, and the sources of all copies from the build context.</summary>
internal sealed partial class DockerFile
{
    private readonly List<(string Name, string Text)> _instructions = [];

    [GeneratedRegex(@"(\w+)=(""[^""]*""|\S+)")]
    private static partial Regex Pair();

    public static DockerFile Read()
    {
        var file = new DockerFile();
        var text = Regex
            .Replace(RepositoryFiles.Read("Dockerfile"), @"^#.*\n", "", RegexOptions.Multiline)
            .Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Trim().Split(' ', 2);
            file._instructions.Add((parts[0], parts[1].Trim()));
        }
        return file;
    }

    public IEnumerable<(string Name, string Text)> Instructions => _instructions;

    public IEnumerable<string> ContextSources =>
        _instructions
            .Where(i => i.Name == "COPY" && !i.Text.StartsWith("--from", StringComparison.Ordinal))
            .SelectMany(i => i.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]);

    public Dictionary<string, string> Environment =>
        Final("ENV").SelectMany(text => Pair().Matches(text)).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim('"'));

    public string User => Final("USER").Single();

    /// <summary>Arguments of the program, without it.</summary>
    public string[] Command => GatewayContainer.Program([.. Json(Final("ENTRYPOINT").Single()), .. Json(Final("CMD").Single())]);

    public string[] HealthCheck =>
        GatewayContainer.Program(
            Json(Final("HEALTHCHECK").Single() is var text ? text[(text.IndexOf("CMD", StringComparison.Ordinal) + 3)..] : "")
        );

    private IEnumerable<string> Final(string name) =>
        _instructions.Skip(_instructions.FindLastIndex(i => i.Name == "FROM")).Where(i => i.Name == name).Select(i => i.Text);

    private static string[] Json(string list) => JsonSerializer.Deserialize<string[]>(list)!;
}
