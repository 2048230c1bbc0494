using System.Text;
using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Deploy.Chart;

/// <summary>
/// Renders the templates of a Helm chart: the part of Go's template language that our chart uses. Anything else is an error, so
/// that a test never passes on something that was not understood.
/// </summary>
internal sealed partial class ChartTemplate
{
    private readonly Dictionary<string, List<TemplateNode>> _definitions = [];

    [GeneratedRegex(@"\{\{(-)?\s*(/\*.*?\*/|.*?)\s*(-)?\}\}", RegexOptions.Singleline)]
    private static partial Regex Action();

    /// <summary>Takes over the <c>define</c>s of a file.</summary>
    public void Define(string text) => Parse(text);

    public string Render(string text, Dictionary<string, object?> root)
    {
        var output = new StringBuilder();
        new TemplateRun(this, root).Write(Parse(text), root, [], output);
        return output.ToString();
    }

    public List<TemplateNode> Definition(string name) =>
        _definitions.TryGetValue(name, out var nodes) ? nodes : throw new InvalidDataException($"no template is called {name}");

    private List<TemplateNode> Parse(string text)
    {
        var tokens = Tokens(text);
        var at = 0;
        var nodes = Block(tokens, ref at);
        return at == tokens.Count ? nodes : throw new InvalidDataException($"unexpected {tokens[at].Text}");
    }

    private static List<(bool IsAction, string Text)> Tokens(string text)
    {
        var tokens = new List<(bool, string)>();
        var from = 0;
        var trim = false;
        foreach (Match match in Action().Matches(text))
        {
            var before = text[from..match.Index];
            before = trim ? before.TrimStart() : before;
            tokens.Add((false, match.Groups[1].Success ? before.TrimEnd() : before));
            if (!match.Groups[2].Value.StartsWith("/*", StringComparison.Ordinal))
                tokens.Add((true, match.Groups[2].Value));
            (from, trim) = (match.Index + match.Length, match.Groups[3].Success);
        }
        tokens.Add((false, trim ? text[from..].TrimStart() : text[from..]));
        return tokens;
    }

    /// <summary>Up to the <c>else</c> or <c>end</c> that belongs to someone above.</summary>
    private List<TemplateNode> Block(List<(bool IsAction, string Text)> tokens, ref int at)
    {
        var nodes = new List<TemplateNode>();
        for (; at < tokens.Count; at++)
        {
            var (isAction, text) = tokens[at];
            var word = text.Split(' ', 2)[0];
            if (!isAction)
                nodes.Add(new TemplateNode("text", text, [], []));
            else if (word is "end" or "else")
                break;
            else if (word is "if" or "with" or "range")
                nodes.Add(Branch(word, text[(word.Length + 1)..], tokens, ref at));
            else if (word == "define")
            {
                at++;
                _definitions[text["define".Length..].Trim().Trim('"')] = Block(tokens, ref at);
            }
            else
                nodes.Add(new TemplateNode("output", text, [], []));
        }
        return nodes;
    }

    private TemplateNode Branch(string kind, string condition, List<(bool IsAction, string Text)> tokens, ref int at)
    {
        at++;
        var yes = Block(tokens, ref at);
        List<TemplateNode> no = [];
        if (at < tokens.Count && tokens[at].Text == "else")
        {
            at++;
            no = Block(tokens, ref at);
        }
        return at < tokens.Count && tokens[at].Text == "end"
            ? new TemplateNode(kind, condition, yes, no)
            : throw new InvalidDataException($"{kind} {condition} has no end");
    }
}
