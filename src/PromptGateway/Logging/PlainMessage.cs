using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace PromptGateway.Logging;

/// <summary>The message of a log event as people read it: Serilog's own rendering puts quotes around every text, and says null.</summary>
internal static class PlainMessage
{
    private static readonly MessageTemplateTextFormatter Formatter = new("{Message:lj}", CultureInfo.InvariantCulture);

    public static string Of(LogEvent logEvent)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Formatter.Format(AbsentValues.Shown(logEvent), text);
        return text.ToString();
    }
}
