namespace PromptGateway.Logging;

/// <summary>Stands in a log event for an exception whose text held a secret.</summary>
internal sealed class MaskedException(string text) : Exception("An exception whose text held a secret.")
{
    /// <summary>The original's text, masked.</summary>
    public override string ToString() => text;
}
