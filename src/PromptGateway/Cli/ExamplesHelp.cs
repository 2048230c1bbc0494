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
        var result = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
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
}
