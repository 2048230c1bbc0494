using Serilog.Events;
using Serilog.Parsing;

namespace PromptGateway.Logging;

/// <summary>Masks secrets in all of a log event: message, properties, exception.</summary>
internal sealed class EventMask(SecretMask mask)
{
    private static readonly MessageTemplateParser Parser = new();

    /// <summary>Properties whose whole value is a secret, whatever it looks like.</summary>
    private static readonly HashSet<string> SecretNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization",
        "ApiKey",
        "Bearer",
        "Cookie",
        "Password",
        "Secret",
        "Token",
    };

    /// <summary>Masks one text on its own.</summary>
    public string? Apply(string? text) => text is null ? null : mask.Apply(text);

    /// <summary>The event itself when it holds no secret.</summary>
    public LogEvent Apply(LogEvent source)
    {
        var properties = Properties(source);
        var template = mask.Apply(source.MessageTemplate.Text);
        var exception = Exception(source.Exception);
        var clean = properties is null && ReferenceEquals(template, source.MessageTemplate.Text) && exception == source.Exception;
        var result = clean
            ? source
            : With(
                source,
                Parser.Parse(template),
                properties ?? source.Properties.Select(p => new LogEventProperty(p.Key, p.Value)),
                exception
            );
        return HidesNothingMore(result) ? result : Flattened(result);
    }

    /// <summary>A secret may come together only in the rendered text: <c>"Bearer {Value}"</c>.</summary>
    private bool HidesNothingMore(LogEvent source)
    {
        var message = PlainMessage.Of(source);
        return ReferenceEquals(mask.Apply(message), message);
    }

    private LogEvent Flattened(LogEvent source)
    {
        var message = mask.Apply(PlainMessage.Of(source));
        var literal = Parser.Parse(message.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        var inMessage = source.MessageTemplate.Tokens.OfType<PropertyToken>().Select(token => token.PropertyName).ToHashSet();
        return With(
            source,
            literal,
            source.Properties.Where(p => !inMessage.Contains(p.Key)).Select(p => new LogEventProperty(p.Key, p.Value)),
            source.Exception
        );
    }

    /// <summary>Null when no property changes.</summary>
    private List<LogEventProperty>? Properties(LogEvent source)
    {
        var changed = false;
        foreach (var (name, value) in source.Properties)
            changed |= !ReferenceEquals(Value(name, value), value);
        return changed ? [.. source.Properties.Select(p => new LogEventProperty(p.Key, Value(p.Key, p.Value)))] : null;
    }

    private LogEventPropertyValue Value(string name, LogEventPropertyValue value) =>
        value switch
        {
            _ when SecretNames.Contains(name) => new ScalarValue(SecretMask.Mask),
            ScalarValue scalar => Scalar(scalar),
            SequenceValue sequence => Sequence(name, sequence),
            StructureValue structure => Structure(structure),
            DictionaryValue dictionary => Dictionary(dictionary),
            _ => Text(value, value.ToString()),
        };

    private LogEventPropertyValue Scalar(ScalarValue value) =>
        value.Value switch
        {
            string text => Text(value, text),
            null or bool or Enum or TimeSpan or Guid or DateTime or DateTimeOffset => value,
            _ when value.Value.GetType().IsPrimitive || value.Value is decimal => value,
            var other => Text(value, other.ToString() ?? ""),
        };

    private LogEventPropertyValue Text(LogEventPropertyValue value, string text)
    {
        var masked = mask.Apply(text);
        return ReferenceEquals(masked, text) ? value : new ScalarValue(masked);
    }

    private SequenceValue Sequence(string name, SequenceValue value)
    {
        var elements = value.Elements.Select(element => Value(name, element)).ToArray();
        return Same(elements, value.Elements) ? value : new SequenceValue(elements);
    }

    private StructureValue Structure(StructureValue value)
    {
        var values = value.Properties.Select(p => Value(p.Name, p.Value)).ToArray();
        return Same(values, [.. value.Properties.Select(p => p.Value)])
            ? value
            : new StructureValue(value.Properties.Select((p, i) => new LogEventProperty(p.Name, values[i])), value.TypeTag);
    }

    private DictionaryValue Dictionary(DictionaryValue value)
    {
        var pairs = value
            .Elements.Select(pair => KeyValuePair.Create(pair.Key, Value(pair.Key.Value?.ToString() ?? "", pair.Value)))
            .ToArray();
        return Same([.. pairs.Select(p => p.Value)], [.. value.Elements.Values]) ? value : new DictionaryValue(pairs);
    }

    private Exception? Exception(Exception? exception)
    {
        var text = exception?.ToString();
        if (text is null)
            return null;
        var masked = mask.Apply(text);
        return ReferenceEquals(masked, text) ? exception : new MaskedException(masked);
    }

    private static bool Same(LogEventPropertyValue[] one, IReadOnlyList<LogEventPropertyValue> other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (!ReferenceEquals(one[i], other[i]))
                return false;
        }
        return true;
    }

    private static LogEvent With(
        LogEvent source,
        MessageTemplate template,
        IEnumerable<LogEventProperty> properties,
        Exception? exception
    ) => new(source.Timestamp, source.Level, exception, template, properties, source.TraceId ?? default, source.SpanId ?? default);
}
