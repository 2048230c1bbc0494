using System.Text;

namespace PromptGateway.Tests.Gateway;

/// <summary>Requests as clients write them.</summary>
internal static class ChatRequests
{
    public const string Path = "/v1/chat/completions";
    public const string Plain = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello to everybody"}]}""";

    /// <param name="more">Further members, starting with a comma.</param>
    public static string Stream(string more = "") =>
        """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Say hello to everybody"}]""" + more + "}";

    public const string AskingForUsage = ",\"stream_options\":{\"include_usage\":true}";

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>Bytes exactly as given.</summary>
    public static ByteArrayContent Raw(byte[] body, string type = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
