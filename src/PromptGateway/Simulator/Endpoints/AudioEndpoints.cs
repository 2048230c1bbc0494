using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/audio/speech (a tenth of a second of silence) and /v1/audio/transcriptions, /v1/audio/translations.</summary>
internal static class AudioEndpoints
{
    private const int SampleRate = 8_000;
    private const int Samples = SampleRate / 10;
    private const int HeaderBytes = 44;

    /// <summary>Tokens that OpenAI's transcription models charge for a second of audio.</summary>
    private const int TokensPerSecond = 10;

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state)
    {
        routes.MapPost("/v1/audio/speech", context => SpeakAsync(context, state));
        routes.MapPost("/v1/audio/transcriptions", context => TranscribeAsync(context, state));
        routes.MapPost("/v1/audio/translations", context => TranscribeAsync(context, state));
    }

    /// <summary>Whatever <c>response_format</c> asks for, the bytes and the content type are WAV.</summary>
    private static async Task SpeakAsync(HttpContext context, SimulatorState state)
    {
        var body = await RequestReader.JsonAsync(context, state);
        body.RequiredText("input");
        body.RequiredText("voice");
        if (!await PlainEndpoint.BeginAsync(context, state, user: null))
            return;
        var wave = Silence();
        context.Response.ContentType = "audio/wav";
        context.Response.ContentLength = wave.Length;
        await context.Response.Body.WriteAsync(wave, context.RequestAborted);
    }

    private static async Task TranscribeAsync(HttpContext context, SimulatorState state)
    {
        var form = await FormReader.ReadAsync(context, state);
        var (name, content) = await FormReader.FileAsync(form, "file", context.RequestAborted);
        if (!await PlainEndpoint.BeginAsync(context, state, user: null))
            return;
        var text = $"This is the PromptGateway simulator. You sent {name}, {content.Length} bytes.";
        if (form["response_format"].ToString() is "text" or "srt" or "vtt")
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), context.RequestAborted);
            return;
        }

        await JsonReply.WriteAsync(context, new JsonObject { ["text"] = text, ["usage"] = Usage(text, content.Length) });
    }

    /// <summary>The length of the audio is taken as that of 16 bit mono sound of 8 kHz.</summary>
    private static JsonObject Usage(string text, int bytes)
    {
        var audio = Math.Max(1, (int)((long)bytes * TokensPerSecond / (SampleRate * sizeof(short))));
        var output = TokenCount.Of(text);
        return new()
        {
            ["type"] = "tokens",
            ["input_tokens"] = audio,
            ["input_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = audio },
            ["output_tokens"] = output,
            ["total_tokens"] = audio + output,
        };
    }

    private static byte[] Silence()
    {
        const int DataBytes = Samples * sizeof(short);
        var wave = new byte[HeaderBytes + DataBytes];
        "RIFF"u8.CopyTo(wave);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(4), HeaderBytes - 8 + DataBytes);
        "WAVEfmt "u8.CopyTo(wave.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(20), 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(22), 1); // mono
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(24), SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(28), SampleRate * sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(32), sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(34), 8 * sizeof(short));
        "data"u8.CopyTo(wave.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(40), DataBytes);
        return wave;
    }
}
