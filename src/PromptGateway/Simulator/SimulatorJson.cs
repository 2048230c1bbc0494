using System.Text.Encodings.Web;
using System.Text.Json;

namespace PromptGateway.Simulator;

/// <summary>How the simulator reads and writes JSON.</summary>
internal static class SimulatorJson
{
    /// <summary>Only what JSON itself requires is escaped, as the real providers do.</summary>
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonDocumentOptions Reader = new() { MaxDepth = 256 };
}
