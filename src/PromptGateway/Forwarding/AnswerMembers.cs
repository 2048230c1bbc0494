namespace PromptGateway.Forwarding;

/// <summary>The top-level members of an answer that are looked for.</summary>
internal static class AnswerMembers
{
    public static readonly byte[][] Names = ["usage"u8.ToArray(), "model"u8.ToArray(), "error"u8.ToArray(), "id"u8.ToArray()];
}
