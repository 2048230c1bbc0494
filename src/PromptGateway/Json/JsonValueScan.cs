using System.Runtime.CompilerServices;
using System.Text.Json;

namespace PromptGateway.Json;

/// <summary>
/// Steps over one JSON value of any kind and checks it. Nesting is kept as one bit per level on the stack, never by recursion: a document
/// of a million brackets costs a limit check and nothing else.
/// </summary>
internal static class JsonValueScan
{
    /// <summary>The most levels that can be asked for.</summary>
    public const int DepthLimit = 1024;

    private const int BitsPerWord = 64;

    /// <summary>From the value's first byte (white space before it is allowed) to just after its last one.</summary>
    /// <param name="maxDepth">How many levels of objects and arrays the value may open; at most <see cref="DepthLimit"/>.</param>
    [SkipLocalsInit]
    public static bool TrySkip(ref JsonCursor cursor, int maxDepth)
    {
        Span<ulong> objects = stackalloc ulong[DepthLimit / BitsPerWord];
        var depth = 0;
        var inObject = false;
        while (true)
        {
            if (inObject && !TrySkipName(ref cursor))
                return false;
            var found = cursor.Peek();
            if (found is '{' or '[')
            {
                if (depth == maxDepth)
                    return cursor.Fail(JsonScanError.TooDeep, cursor.Position);
                SetKind(objects, depth++, inObject = found == '{');
                cursor.Position++;
                if (cursor.Peek() != found + 2)
                    continue;
            }
            else if (!TrySkipScalar(ref cursor, found))
                return false;
            if (!TryCloseEnded(ref cursor, objects, ref depth, ref inObject))
                return false;
            if (depth == 0)
                return true;
        }
    }

    /// <summary>From a member name's opening quote to just after the colon.</summary>
    private static bool TrySkipName(ref JsonCursor cursor)
    {
        var found = cursor.Peek();
        if (found != '"')
            return cursor.FailAt(found);
        cursor.Position++;
        return JsonStringScan.TrySkip(ref cursor, out _) && TrySkipColon(ref cursor);
    }

    public static bool TrySkipColon(ref JsonCursor cursor)
    {
        var found = cursor.Peek();
        if (found != ':')
            return cursor.FailAt(found);
        cursor.Position++;
        return true;
    }

    /// <summary>What kind of value starts with this byte; Undefined for none.</summary>
    public static JsonValueKind KindOf(int first) =>
        first switch
        {
            '"' => JsonValueKind.String,
            '{' => JsonValueKind.Object,
            '[' => JsonValueKind.Array,
            't' => JsonValueKind.True,
            'f' => JsonValueKind.False,
            'n' => JsonValueKind.Null,
            '-' or (>= '0' and <= '9') => JsonValueKind.Number,
            _ => JsonValueKind.Undefined,
        };

    /// <summary>After a value: closes the objects and arrays that end here; stops behind a comma, or when all are closed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryCloseEnded(ref JsonCursor cursor, scoped Span<ulong> objects, ref int depth, ref bool inObject)
    {
        while (depth > 0)
        {
            var found = cursor.Peek();
            if (found == ',')
            {
                cursor.Position++;
                return true;
            }
            if (found != (inObject ? '}' : ']'))
                return cursor.FailAt(found);
            cursor.Position++;
            depth--;
            inObject = depth > 0 && IsObject(objects, depth - 1);
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TrySkipScalar(ref JsonCursor cursor, int first)
    {
        if (first == '"')
        {
            cursor.Position++;
            return JsonStringScan.TrySkip(ref cursor, out _);
        }
        if (first == '-' || (uint)(first - '0') <= 9)
            return JsonNumberScan.TrySkip(ref cursor);
        return TrySkipLiteral(ref cursor, first);
    }

    private static bool TrySkipLiteral(ref JsonCursor cursor, int first)
    {
        var literal = first switch
        {
            't' => "true"u8,
            'f' => "false"u8,
            'n' => "null"u8,
            _ => default,
        };
        if (literal.IsEmpty)
            return cursor.FailAt(first);
        var rest = cursor.Utf8[cursor.Position..];
        if (!rest.StartsWith(literal))
            return rest.Length < literal.Length && literal.StartsWith(rest)
                ? cursor.Fail(JsonScanError.UnexpectedEnd, cursor.Utf8.Length)
                : cursor.Fail(JsonScanError.InvalidLiteral, cursor.Position);
        cursor.Position += literal.Length;
        return true;
    }

    private static void SetKind(Span<ulong> objects, int level, bool isObject)
    {
        ref var word = ref objects[level / BitsPerWord];
        var bit = 1UL << (level % BitsPerWord);
        word = isObject ? word | bit : word & ~bit;
    }

    private static bool IsObject(Span<ulong> objects, int level) => (objects[level / BitsPerWord] & (1UL << (level % BitsPerWord))) != 0;
}
