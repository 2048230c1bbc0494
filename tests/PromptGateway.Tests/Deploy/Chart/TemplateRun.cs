using System.Text;
using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Deploy.Chart;

/// <summary>One rendering: evaluates expressions, with <c>.</c> and the variables where they stand.</summary>
internal sealed partial class TemplateRun(ChartTemplate templates, Dictionary<string, object?> root)
{
    [GeneratedRegex(@"\s*(""(?:[^""\\]|\\.)*""|[()|]|[^\s()|]+)")]
    private static partial Regex Word();

    public void Write(List<TemplateNode> nodes, object? dot, Dictionary<string, object?> variables, StringBuilder output)
    {
        foreach (var node in nodes)
            switch (node.Kind)
            {
                case "text":
                    output.Append(node.Text);
                    break;
                case "output" when node.Text.StartsWith('$') && node.Text.Contains(":=", StringComparison.Ordinal):
                    var parts = node.Text.Split(":=", 2);
                    variables[parts[0].Trim()] = Evaluate(parts[1], dot, variables);
                    break;
                case "output":
                    output.Append(Evaluate(node.Text, dot, variables).Text());
                    break;
                case "range":
                    foreach (var item in Evaluate(node.Text, dot, variables).Each())
                        Write(node.Yes, item, variables, output);
                    break;
                default:
                    var value = Evaluate(node.Text, dot, variables);
                    if (TemplateFunctions.IsTrue(value))
                        Write(node.Yes, node.Kind == "with" ? value : dot, variables, output);
                    else
                        Write(node.No, dot, variables, output);
                    break;
            }
    }

    private object? Evaluate(string text, object? dot, Dictionary<string, object?> variables)
    {
        var words = Word().Matches(text).Select(match => match.Groups[1].Value).ToList();
        var at = 0;
        return Pipeline(words, ref at, dot, variables);
    }

    private object? Pipeline(List<string> words, ref int at, object? dot, Dictionary<string, object?> variables)
    {
        var value = Command(words, ref at, dot, variables, []);
        while (at < words.Count && words[at] == "|")
        {
            at++;
            value = Command(words, ref at, dot, variables, [value]);
        }
        return value;
    }

    private object? Command(List<string> words, ref int at, object? dot, Dictionary<string, object?> variables, object?[] piped)
    {
        var name = words[at];
        if (!char.IsAsciiLetter(name[0]) || name is "true" or "false")
            return Term(words, ref at, dot, variables);
        at++;
        var arguments = new List<object?>();
        while (at < words.Count && words[at] is not ("|" or ")"))
            arguments.Add(Term(words, ref at, dot, variables));
        arguments.AddRange(piped);
        return name == "include" ? Include(arguments) : TemplateFunctions.Call(name, arguments);
    }

    private string Include(List<object?> arguments)
    {
        var output = new StringBuilder();
        Write(templates.Definition(arguments[0].Text()), arguments[1], [], output);
        return output.ToString();
    }

    private object? Term(List<string> words, ref int at, object? dot, Dictionary<string, object?> variables)
    {
        var word = words[at++];
        if (word == "(")
        {
            var value = Pipeline(words, ref at, dot, variables);
            at++;
            return value;
        }
        if (word[0] == '"')
            return Regex.Unescape(word[1..^1]);
        if (word is "true" or "false")
            return word == "true";
        if (long.TryParse(word, out var number))
            return number;
        if (word[0] == '$')
        {
            var path = word.Split('.');
            return (path[0] == "$" ? root : variables[path[0]]).At([.. path[1..]]);
        }
        return word == "." ? dot
            : word[0] == '.' ? Known(dot, word)
            : throw new InvalidDataException($"{word} is not understood");
    }

    /// <summary>A name that the values do not have is a typing error: all have defaults.</summary>
    private static object? Known(object? dot, string path)
    {
        object? value = dot;
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            value =
                value is Dictionary<string, object?> map && map.TryGetValue(step, out var next)
                    ? next
                    : throw new InvalidDataException($"there is no {path}");
        return value;
    }
}
