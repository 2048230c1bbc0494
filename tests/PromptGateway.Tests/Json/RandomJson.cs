using System.Globalization;
using System.Text;

namespace PromptGateway.Tests.Json;

/// <summary>Writes random valid JSON objects: any order and white space, escapes, Unicode, odd number lexemes.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Numbers =
    [
        "0",
        "-0",
        "1",
        "-12",
        "1.0",
        "0.10",
        "1e400",
        "1E+5",
        "-2.5e-7",
        "12345678901234567890",
        "123456789012345678901234567890.123456789012345678901234567890",
        "9007199254740993",
    ];
    private static readonly string[] Pieces =
    [
        "a",
        "usage",
        "model",
        " ",
        "\u00e9",
        "\u4f60\u597d",
        "\U0001F600",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041",
        "\\u00e9",
        "\\uD83D\\uDE00",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "the quick brown fox jumps over the lazy dog 0123456789",
        "\u007f",
        "\u2028",
    ];
    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();

    /// <summary>An object whose top-level names are these and random ones, each once.</summary>
    public static string Object(int seed, params string[] names) => new RandomJson(seed).Build(names);

    private string Build(string[] names)
    {
        Space();
        var own = Enumerable.Range(0, _random.Next(5)).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Text(2)}#{i}"));
        var all = names.Where(_ => _random.Next(4) > 0).Select(Escaped).Concat(own).ToArray();
        _random.Shuffle(all);
        Members(all, 0);
        Space();
        return _text.ToString();
    }

    private void Members(string[] names, int depth)
    {
        _text.Append('{');
        Space();
        for (var i = 0; i < names.Length; i++)
        {
            if (i > 0)
                Between(',');
            _text.Append('"').Append(names[i]).Append('"');
            Between(':');
            Value(depth + 1);
        }
        Space();
        _text.Append('}');
    }

    private void Value(int depth)
    {
        switch (_random.Next(depth > 4 ? 4 : 7))
        {
            case 0:
                _text.Append(Numbers[_random.Next(Numbers.Length)]);
                break;
            case 1:
                _text.Append(
                    _random.Next(3) switch
                    {
                        0 => "null",
                        1 => "true",
                        _ => "false",
                    }
                );
                break;
            case 2 or 3:
                _text.Append('"').Append(Text(12)).Append('"');
                break;
            case 4 or 5:
                Members(
                    [.. Enumerable.Range(0, _random.Next(4)).Select(i => _random.Next(3) == 0 ? $"usage{i}" : $"{Text(1)}~{i}")],
                    depth
                );
                break;
            default:
                Array(depth);
                break;
        }
    }

    private void Array(int depth)
    {
        _text.Append('[');
        Space();
        var count = _random.Next(5);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                Between(',');
            Value(depth + 1);
        }
        Space();
        _text.Append(']');
    }

    private string Text(int most) =>
        string.Concat(Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Pieces[_random.Next(Pieces.Length)]));

    private string Escaped(string name)
    {
        if (_random.Next(3) > 0)
            return name;
        var at = _random.Next(name.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{name[..at]}\\u{(int)name[at]:x4}{name[(at + 1)..]}");
    }

    private void Between(char separator)
    {
        Space();
        _text.Append(separator);
        Space();
    }

    private void Space()
    {
        if (_random.Next(4) > 0)
            return;
        for (var i = _random.Next(6); i > 0; i--)
            _text.Append(" \n\r\t"[_random.Next(4)]);
    }
}
