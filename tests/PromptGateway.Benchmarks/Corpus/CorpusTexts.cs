using System.Globalization;
using System.Text;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>Files, search results, stack traces, pages.</summary>
internal static class CorpusTexts
{
    public static string File(CorpusWords words)
    {
        var code = new StringBuilder(
            $"using System;\nusing Acme.{words.Name};\n\nnamespace Acme.{words.Noun};\n\npublic sealed class {words.Name}Handler\n{{\n"
        );
        for (var method = 4 + words.Below(14); method > 0; method--)
            code.Append(
                $"    /// <summary>{words.Sentence(8)}</summary>\n    public async Task<int> {words.Verb}{words.Name}{method}Async(string {words.Noun}, int {words.Noun}Count)\n    {{\n        if ({words.Noun}Count > {words.Below(100)})\n            throw new ArgumentException(\"{words.Sentence(5)}\");\n        var result = await _{words.Noun}.{words.Verb}Async({words.Below(50)});\n        return result.Count + {words.Below(9)};\n    }}\n\n"
            );
        return code.Append("}\n").ToString();
    }

    public static string Numbered(string file) =>
        string.Concat(file.Split('\n').Select((line, at) => string.Create(CultureInfo.InvariantCulture, $"{at + 1, 6}\t{line}\n")));

    public static string Search(CorpusWords words)
    {
        var hits = new StringBuilder();
        for (var file = 4 + words.Below(12); file > 0; file--)
        {
            var path = $"src/Acme.{words.Name}/{words.Noun}/{words.Name}{words.Verb}Handler.cs";
            for (var hit = 1 + words.Below(8); hit > 0; hit--)
                hits.Append(
                    $"{path}:{words.Below(900)}:        var {words.Noun} = await _{words.Noun}.{words.Verb}Async({words.Below(50)});\n"
                );
        }
        return hits.ToString();
    }

    public static string StackTrace(CorpusWords words)
    {
        var trace = new StringBuilder($"java.lang.IllegalStateException: {words.Sentence(6)}\n");
        for (var cause = 1 + words.Below(3); cause > 0; cause--)
        {
            for (var frame = 15 + words.Below(30); frame > 0; frame--)
                trace.Append(
                    $"\tat com.acme.shop.{words.Noun}.{words.Name}Service.{words.Verb}({words.Name}Service.java:{words.Below(900)})\n"
                );
            trace.Append($"Caused by: java.io.IOException: {words.Sentence(5)}\n");
        }
        return trace.ToString();
    }

    public static string Html(CorpusWords words)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html>\n  <head>\n    <title>Acme</title>   \n  </head>\n  <body>\n\n\n");
        for (var row = 20 + words.Below(60); row > 0; row--)
            page.Append(
                $"    <div class=\"row {words.Noun}\">\n      <a href=\"/{words.Noun}s/{words.Below(999)}\">{words.Sentence(4)}</a>  \n\n\n      <p>{words.Sentence(15)}</p>\n    </div>\n"
            );
        return page.Append("  </body>\n</html>\n").ToString();
    }

    public static string Markdown(CorpusWords words)
    {
        var page = new StringBuilder();
        for (var section = 4 + words.Below(8); section > 0; section--)
            page.Append(
                $"## {words.Sentence(4)}\n\n\n\n{words.Sentence(40)}  \n{words.Sentence(30)}\n\n```json\n{CorpusJson.Record(words)}\n```\n\n| a | b |\n|---|---|\n| {words.Noun} | {words.Below(99)} |\n\n"
            );
        return page.ToString();
    }
}
