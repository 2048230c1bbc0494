using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Simulator;

/// <summary>Writes a JSON body.</summary>
internal static class JsonReply
{
    public static byte[] Bytes(JsonNode body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, SimulatorJson.Writer))
            body.WriteTo(writer);
        return buffer.ToArray();
    }

    public static Task WriteAsync(HttpContext context, JsonNode body)
    {
        var bytes = Bytes(body);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
