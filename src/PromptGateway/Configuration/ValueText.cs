using System.ComponentModel;
using System.Globalization;

namespace PromptGateway.Configuration;

/// <summary>Single values as text: whether one can be read, and what is expected.</summary>
internal static class ValueText
{
    public static bool CanRead(Type type, string text)
    {
        if (type == typeof(string))
            return true;
        if (type.IsEnum)
            return Enum.TryParse(type, text, ignoreCase: true, out _);
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>For errors and for the reference.</summary>
    public static string Expected(Type type) =>
        type.IsEnum ? string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a duration hh:mm:ss"
        : type == typeof(Uri) ? "an address"
        : type == typeof(DateTimeOffset) || type == typeof(DateTime) ? "a time such as 2027-01-31T12:00:00Z"
        : type == typeof(string) ? "text"
        : type == typeof(decimal) || type == typeof(double) || type == typeof(float) ? "a number"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type.Name;

    /// <summary>As it would be written.</summary>
    public static string Write(object? value) =>
        value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
            Enum choice => choice.ToString().ToLowerInvariant(),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
}
