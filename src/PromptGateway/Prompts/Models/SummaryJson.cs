using System.Text.Json.Serialization;

namespace PromptGateway.Prompts.Models;

[JsonSerializable(typeof(SummaryReply))]
internal sealed partial class SummaryJson : JsonSerializerContext;
