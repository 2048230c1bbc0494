namespace PromptGateway.Cli;

/// <summary>Colours, where they are wanted: on a terminal, unless <c>NO_COLOR</c> is set (no-color.org) or the terminal is dumb.</summary>
internal sealed class TerminalStyle(bool colours)
{
    public static TerminalStyle Of(TextWriter output) =>
        new(
            ReferenceEquals(output, Console.Out)
                && !Console.IsOutputRedirected
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") != "dumb"
        );

    public string Good(string text) => Paint(text, "32");

    public string Bad(string text) => Paint(text, "31");

    private string Paint(string text, string code) => colours ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
