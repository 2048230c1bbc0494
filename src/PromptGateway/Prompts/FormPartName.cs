using System.Text;

namespace PromptGateway.Prompts;

/// <summary>The <c>name</c> of a form's part, read without forgiving anything: quoted or a plain token, once, without escapes.</summary>
internal static class FormPartName
{
    /// <param name="head">The part's header lines, without the blank line that ends them.</param>
    /// <param name="name">The bytes of the name.</param>
    public static bool TryRead(ReadOnlySpan<byte> head, out ReadOnlySpan<byte> name)
    {
        name = default;
        var found = false;
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            // Bare line ends, folded lines and spaces before the colon are read differently by different servers.
            var colon = line.IndexOf((byte)':');
            if (line.ContainsAny((byte)'\r', (byte)'\n', (byte)0) || colon <= 0 || line[..colon].ContainsAny((byte)' ', (byte)'\t'))
                return false;
            if (!Ascii.EqualsIgnoreCase(line[..colon], "Content-Disposition"u8))
                continue;
            if (found || !TryReadParameters(line[(colon + 1)..].Trim((byte)' '), out name))
                return false;
            found = true;
        }
        return found;
    }

    private static bool TryReadParameters(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> name)
    {
        name = default;
        var found = false;
        if (!value.StartsWith("form-data"u8))
            return false;
        for (value = value["form-data".Length..]; !value.IsEmpty; )
        {
            if (value[0] != (byte)';')
                return false;
            value = value[1..].TrimStart((byte)' ');
            var equals = value.IndexOf((byte)'=');
            if (equals <= 0)
                return false;
            var key = value[..equals];
            value = value[(equals + 1)..];
            if (!TryTakeValue(ref value, out var text))
                return false;
            if (key.SequenceEqual("name"u8) && !found)
            {
                name = text;
                found = true;
            }
            else if (!IsFileName(key))
                return false;
        }
        return found && !name.ContainsAny((byte)'\\', (byte)'\'');
    }

    private static bool IsFileName(ReadOnlySpan<byte> key) => key.SequenceEqual("filename"u8) || key.SequenceEqual("filename*"u8);

    private static bool TryTakeValue(scoped ref ReadOnlySpan<byte> value, out ReadOnlySpan<byte> text)
    {
        if (value.StartsWith("\""u8))
        {
            var end = value[1..].IndexOfAny((byte)'"', (byte)'\\');
            if (end < 0 || value[end + 1] == (byte)'\\')
            {
                text = default;
                return false;
            }
            text = value.Slice(1, end);
            value = value[(end + 2)..];
            return true;
        }
        var stop = value.IndexOf((byte)';');
        text = stop < 0 ? value : value[..stop];
        value = value[text.Length..];
        return !text.ContainsAny((byte)' ', (byte)'"', (byte)'\t');
    }
}
