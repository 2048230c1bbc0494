using System.Text;

namespace PromptGateway.Benchmarks.Load;

/// <summary>One kind of load.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Connections">Closed loop: each sends its next request when the last is answered.</param>
/// <param name="PromptBytes">Size of the prompt's text.</param>
/// <param name="Stream">Counted in chunks instead of requests.</param>
internal sealed record Scenario(string Name, int Connections, int PromptBytes, bool Stream)
{
    public static readonly Scenario[] All =
    [
        new("1 KB, 64 connections, per request", 64, 800, false),
        new("100 KB, 16 connections, per request", 16, 100_000, false),
        new("400 paced streams, per chunk", 400, 800, true),
    ];

    public string Body() =>
        $$"""{"model":"gpt-4o-mini","temperature":0.7,"max_tokens":512,{{(Stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "")}}"messages":[{"role":"user","content":"{{Text()}}"}]}""";

    public byte[] Request(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(Body());
        var head =
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. bytes];
    }

    private string Text()
    {
        const string Sentence =
            "the gateway forwards each token as it arrives and measures what it costs, naïve café 日本, 12345 path/to/file ";
        var text = new StringBuilder(PromptBytes + Sentence.Length);
        while (text.Length < PromptBytes)
            text.Append(Sentence);
        return text.ToString();
    }
}
