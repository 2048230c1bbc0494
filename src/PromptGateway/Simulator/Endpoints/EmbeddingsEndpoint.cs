using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/embeddings: unit vectors that are a function of model and input, as floats or base64.</summary>
internal static class EmbeddingsEndpoint
{
    private const int MaxInputs = 2048;

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state) =>
        routes.MapPost("/v1/embeddings", context => PlainEndpoint.ReplyAsync(context, state, Answer));

    public static JsonObject Answer(JsonElement body)
    {
        var model = body.RequiredText("model");
        var inputs = Inputs(body.Member("input"));
        var size = body.Integer("dimensions", 1, 3072) ?? (model.EndsWith("-large", StringComparison.Ordinal) ? 3072 : 1536);
        var isBase64 = (body.Text("encoding_format") ?? "float") switch
        {
            "base64" => true,
            "float" => false,
            _ => throw RefusedException.Invalid("encoding_format", "expected float or base64"),
        };
        var data = new JsonArray();
        foreach (var input in inputs)
        {
            var vector = Vector(ContentHash.Combine(ContentHash.Of(model), ContentHash.Of(input.Text)), size);
            data.Add(
                new JsonObject
                {
                    ["object"] = "embedding",
                    ["index"] = data.Count,
                    ["embedding"] = isBase64 ? Base64(vector) : new JsonArray([.. vector.Select(value => (JsonNode)value)]),
                }
            );
        }

        var tokens = inputs.Sum(input => (long)input.Tokens);
        return new()
        {
            ["object"] = "list",
            ["data"] = data,
            ["model"] = model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        };
    }

    private static List<(string Text, int Tokens)> Inputs(JsonElement input)
    {
        if (input.ValueKind is JsonValueKind.Undefined)
            throw RefusedException.Missing("input");
        List<(string Text, int Tokens)> inputs = [];
        var isList = input.ValueKind is JsonValueKind.Array && input.GetArrayLength() > 0 && input[0].ValueKind is not JsonValueKind.Number;
        foreach (var one in isList ? input.EnumerateArray().ToArray() : [input])
        {
            inputs.Add(
                one.ValueKind switch
                {
                    JsonValueKind.String when one.AsText() is { Length: > 0 } text => (text, TokenCount.Of(text)),
                    JsonValueKind.Array when one.GetArrayLength() > 0 => (one.GetRawText(), one.GetArrayLength()),
                    _ => throw RefusedException.Invalid("input", "expected non-empty strings or arrays of token ids"),
                }
            );
        }

        return inputs.Count <= MaxInputs ? inputs : throw RefusedException.Invalid("input", $"expected at most {MaxInputs} inputs");
    }

    private static float[] Vector(ulong seed, int size)
    {
        var vector = new float[size];
        for (var i = 0; i < size; i++)
            vector[i] = ((ContentHash.Combine(seed, (ulong)i) >> 40) / (float)(1 << 23)) - 1;
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        for (var i = 0; i < size; i++)
            vector[i] /= length;
        return vector;
    }

    private static string Base64(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return Convert.ToBase64String(bytes);
    }
}
