namespace PromptGateway.Simulator.Formats;

/// <summary>Remembers, while a conversation is read, what its last user and tool turns said.</summary>
internal sealed class LastTurn
{
    private string _role = "";

    public string UserText { get; private set; } = "";

    /// <summary>Text of the last tool result if nothing but tool results came after the last assistant turn.</summary>
    public string? ToolResult { get; private set; }

    public void Begin(string role)
    {
        _role = role;
        if (role is "user")
            UserText = "";
        ToolResult = role is "tool" or "function" ? "" : null;
    }

    /// <summary>Adds text to the turn that has begun, and returns it.</summary>
    public string Add(string text)
    {
        if (_role is "user")
            UserText = UserText.Length == 0 ? text : UserText + "\n" + text;
        else if (ToolResult is not null)
            ToolResult += text;
        return text;
    }
}
