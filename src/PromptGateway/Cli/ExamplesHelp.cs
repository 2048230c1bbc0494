using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PromptGateway.Cli;

/// <summary>The usual help, then examples and exit codes.</summary>
internal sealed class ExamplesHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            if (option.Action is HelpAction usual)
                option.Action = new ExamplesHelp(usual);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        var result = WriteUsual(parseResult, output);
        var examples = CommandExamples.Of(parseResult.CommandResult.Command);
        if (examples.Count > 0)
            output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine("  " + example);
        if (examples.Count > 0)
            output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (code, meaning) in ExitCodes.All)
            output.WriteLine($"  {code}  {meaning.Replace("`", "", StringComparison.Ordinal)}");
        output.WriteLine();
        output.WriteLine("Settings and where they come from: docs/reference/configuration.md. Colours are left out when NO_COLOR is set.");
        return result;
    }

    /// <summary>The usual help calls the program by the name of its file, which is not the command that is installed.</summary>
    private int WriteUsual(ParseResult parseResult, TextWriter output)
    {
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        try
        {
            return usual.Invoke(parseResult);
        }
        finally
        {
            parseResult.InvocationConfiguration.Output = output;
            output.Write(
                text.ToString().Replace($"  {parseResult.RootCommandResult.Command.Name} ", "  promptgateway ", StringComparison.Ordinal)
            );
        }
    }
}
