using System.Buffers.Text;
using System.IO.Compression;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// What an optimized payload does not say any more, white space above all, so that <see cref="Restorer"/> can give its texts back byte for
/// byte: for each text the stretches to copy and to put in between. Compressed, in base64.
/// </summary>
internal static class RestorePatch
{
    private const int LargestPatch = 64 << 20;

    /// <summary>Null when nothing is missing, or when the payloads do not have the same parts (messages were left out).</summary>
    public static string? Make(ReadOnlyMemory<byte> original, ReadOnlyMemory<byte> optimized, RequestFormat format)
    {
        if (Restorer.Restore(optimized, format) is not { } restored)
            return null;
        var before = Texts(original, format);
        var after = Texts(restored, format);
        if (before is null || after is null || before.Count != after.Count)
            return null;
        using var patch = new TextBuffer();
        for (var index = 0; index < before.Count; index++)
        {
            if (before[index].AsSpan().SequenceEqual(after[index]) || IsSameJson(before[index], after[index]))
                continue;
            Write(patch, index);
            WriteSteps(patch, before[index], after[index]);
        }
        return patch.Length == 0 ? null : Pack(patch.Text);
    }

    /// <summary>White space between the tokens of JSON says nothing.</summary>
    public static bool IsSameJson(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        using var left = new TextBuffer();
        using var right = new TextBuffer();
        return JsonCompaction.TryWrite(before, left) && JsonCompaction.TryWrite(after, right) && left.Text.SequenceEqual(right.Text);
    }

    /// <summary>The original texts by their number among the parts; null when the patch is broken or not made for these texts.</summary>
    public static Dictionary<int, byte[]>? Apply(string patch, IReadOnlyList<byte[]> texts)
    {
        if (Unpack(patch) is not { } steps)
            return null;
        var result = new Dictionary<int, byte[]>();
        using var text = new TextBuffer();
        ReadOnlySpan<byte> rest = steps;
        while (!rest.IsEmpty)
        {
            text.Clear();
            if (!TryRead(ref rest, out var index) || index >= texts.Count || !TrySteps(ref rest, texts[index], text))
                return null;
            result[index] = text.Text.ToArray();
        }
        return result;
    }

    /// <summary>The texts of the parts that transforms may touch; null when this is no prompt.</summary>
    public static List<byte[]>? Texts(ReadOnlyMemory<byte> body, RequestFormat format)
    {
        using var map = PromptMap.Rent();
        if (!map.TryRead(body.Span, format))
            return null;
        using var text = new TextBuffer();
        var texts = new List<byte[]>();
        foreach (ref readonly var segment in map.Segments)
        {
            if (!segment.IsEditable)
                continue;
            text.Clear();
            SegmentText.Decode(body.Span, segment, text);
            texts.Add(text.Text.ToArray());
        }
        return texts;
    }

    /// <summary>Copy, put in, copy, put in ...: pairs of lengths, the second followed by its bytes; a pair of zeros ends the text.</summary>
    private static void WriteSteps(TextBuffer patch, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var start = patch.Length;
        var rest = before;
        var left = after;
        while (!rest.IsEmpty)
        {
            var same = rest.CommonPrefixLength(left);
            rest = rest[same..];
            left = left[same..];
            var missing = left.IsEmpty ? rest.Length : Math.Max(rest.IndexOf(left[0]), 0);
            if (missing == 0 && !rest.IsEmpty)
                break;
            Write(patch, same);
            Write(patch, missing);
            patch.Append(rest[..missing]);
            rest = rest[missing..];
        }
        if (!rest.IsEmpty || !left.IsEmpty)
        {
            // What is left is no part of the original: the original as a whole.
            patch.Truncate(start);
            Write(patch, 0);
            Write(patch, before.Length);
            patch.Append(before);
        }
        Write(patch, 0);
        Write(patch, 0);
    }

    private static bool TrySteps(ref ReadOnlySpan<byte> steps, ReadOnlySpan<byte> text, TextBuffer output)
    {
        while (TryRead(ref steps, out var same) && TryRead(ref steps, out var missing))
        {
            if (same == 0 && missing == 0)
                return true;
            if (same > text.Length || missing > steps.Length)
                return false;
            output.Append(text[..same]);
            output.Append(steps[..missing]);
            text = text[same..];
            steps = steps[missing..];
        }
        return false;
    }

    private static void Write(TextBuffer output, int number)
    {
        for (; number >= 0x80; number >>= 7)
            output.Append((byte)(number | 0x80));
        output.Append((byte)number);
    }

    private static bool TryRead(scoped ref ReadOnlySpan<byte> input, out int number)
    {
        number = 0;
        for (int at = 0, shift = 0; at < input.Length && shift < 28; at++, shift += 7)
        {
            number |= (input[at] & 0x7F) << shift;
            if (input[at] >= 0x80)
                continue;
            input = input[(at + 1)..];
            return true;
        }
        return false;
    }

    private static string Pack(ReadOnlySpan<byte> patch)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(patch.Length)];
        return BrotliEncoder.TryCompress(patch, packed, out var length, quality: 5, window: 18)
            ? Convert.ToBase64String(packed.AsSpan(0, length))
            : throw new InvalidOperationException("The patch could not be compressed.");
    }

    private static byte[]? Unpack(string patch)
    {
        if (!Base64.IsValid(patch))
            return null;
        try
        {
            using var packed = new BrotliStream(new MemoryStream(Convert.FromBase64String(patch)), CompressionMode.Decompress);
            using var output = new MemoryStream();
            var buffer = new byte[64 << 10];
            for (var read = packed.Read(buffer); read > 0 && output.Length <= LargestPatch; read = packed.Read(buffer))
                output.Write(buffer, 0, read);
            return output.Length > LargestPatch ? null : output.ToArray();
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or IOException)
        {
            return null;
        }
    }
}
