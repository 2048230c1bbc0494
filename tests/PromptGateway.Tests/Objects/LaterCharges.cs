using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Objects;

/// <summary>An upstream whose work ends some time after it was asked for.</summary>
internal static class LaterCharges
{
    /// <summary>Every key may read what any has made.</summary>
    public static Dictionary<string, string?> Shared => new() { ["Objects:Access"] = "shared" };

    public const string ResponseUsage =
        """{"input_tokens":100,"input_tokens_details":{"cached_tokens":40},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":120}""";

    /// <summary>Nano-dollars of <see cref="ResponseUsage"/> with gpt-4o: 60 x 2.50 + 40 x 1.25 + 20 x 10 USD per million.</summary>
    public const long ResponseCost = 150_000 + 50_000 + 200_000;

    public static string Response(string status, string usage) =>
        $$"""{"id":"resp_1","object":"response","background":true,"status":"{{status}}","model":"gpt-4o-2024-08-06","output":[],"usage":{{usage}}}""";

    public static string Batch(string status, string rest) =>
        $$"""{"id":"batch_1","object":"batch","endpoint":"/v1/chat/completions","input_file_id":"file-in","status":"{{status}}"{{rest}}}""";

    /// <summary>Two answered requests and one that failed.</summary>
    public const string Results =
        """{"id":"r1","custom_id":"a","response":{"status_code":200,"request_id":"q1","body":"""
        + ChatAnswers.Plain
        + """},"error":null}"""
        + "\n"
        + """{"id":"r2","custom_id":"b","response":{"status_code":400,"request_id":"q2","body":{"error":{"message":"\"usage\""}}},"error":null}"""
        + "\n"
        + """{"id":"r3","custom_id":"c","response":{"status_code":200,"request_id":"q3","body":"""
        + ChatAnswers.Plain
        + """},"error":null}"""
        + "\n";

    /// <summary>Answers by method and path; 404 for others.</summary>
    public static Func<HttpContext, ReceivedRequest, Task> Answering(Func<string, string?> answer) =>
        async (context, received) =>
        {
            var body = answer(received.Method + " " + received.Target.Split('?')[0]);
            if (body is null)
                await FakeUpstream.JsonAsync(context, """{"error":{"message":"no such thing"}}""", 404);
            else if (
                received.Target.EndsWith("/content", StringComparison.Ordinal)
                || received.Target.EndsWith("/results", StringComparison.Ordinal)
            )
                await BytesAsync(context, body);
            else if (body.StartsWith("event:", StringComparison.Ordinal))
                await FakeUpstream.StreamAsync(context, body);
            else
                await FakeUpstream.JsonAsync(context, body);
        };

    private static async Task BytesAsync(HttpContext context, string body)
    {
        context.Response.ContentType = "application/octet-stream";
        // In pieces that end anywhere.
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var at = 0; at < bytes.Length; at += 100)
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(100, bytes.Length - at)));
            await context.Response.Body.FlushAsync();
        }
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public static async Task<(string Id, HttpClient Client)> NewKeyAsync(this TestGateway gateway, string draft)
    {
        var answer = await gateway.Management.PostAsync("/admin/keys", Json(draft));
        answer.EnsureSuccessStatusCode();
        var key = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return ((string)key["id"]!, gateway.NewClient((string)key["key"]!));
    }

    public static string RequestId(this HttpResponseMessage answer) => answer.Headers.GetValues("x-request-id").Single();
}
