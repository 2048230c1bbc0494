using System.Buffers;
using System.Text;
using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class JsonSpliceTests
{
    [Fact]
    public void Splice_WithoutEdits_IsTheSource()
    {
        var splice = new JsonSplice("{\"a\":1}"u8.ToArray());
        splice.IsUnchanged.ShouldBeTrue();
        Text(splice).ShouldBe("{\"a\":1}");
    }

    [Fact]
    public void Splice_EditsInAnyOrder_AreAppliedByOffset()
    {
        var splice = new JsonSplice("0123456789"u8.ToArray());
        splice.Replace(8, 2, "end"u8.ToArray());
        splice.Insert(4, "-"u8.ToArray());
        splice.Replace(4, 2, "four-five"u8.ToArray());
        splice.Insert(0, "start"u8.ToArray());
        splice.Insert(4, "+"u8.ToArray());
        splice.Replace(2, 2, default);
        Text(splice).ShouldBe("start01-+four-five67end");
        splice.Length.ShouldBe(23);
        splice.IsUnchanged.ShouldBeFalse();
    }

    [Theory]
    [InlineData(2, 2, 3, 1)]
    [InlineData(3, 1, 2, 2)]
    [InlineData(2, 3, 3, 0)]
    [InlineData(3, 0, 2, 3)]
    [InlineData(2, 2, 2, 2)]
    public void Replace_OverlappingSpans_Throws(int firstStart, int firstLength, int secondStart, int secondLength)
    {
        var splice = new JsonSplice("0123456789"u8.ToArray());
        splice.Replace(firstStart, firstLength, default);
        Should.Throw<InvalidOperationException>(() => splice.Replace(secondStart, secondLength, default));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 11)]
    [InlineData(11, 0)]
    [InlineData(5, int.MaxValue)]
    [InlineData(5, -1)]
    public void Replace_OutsideTheSource_Throws(int start, int length) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new JsonSplice("0123456789"u8.ToArray()).Replace(start, length, default));

    [Fact]
    public void Reset_AfterEdits_ForgetsThem()
    {
        var splice = new JsonSplice("0123456789"u8.ToArray());
        splice.Replace(0, 5, default);
        splice.Reset("abc"u8.ToArray());
        Text(splice).ShouldBe("abc");
        splice.Insert(1, "-"u8.ToArray());
        Text(splice).ShouldBe("a-bc");
    }

    [Fact]
    public void Splice_RandomEdits_EqualsEditedText() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var source = Bytes(random, random.Next(60));
            var splice = new JsonSplice(source);
            var expected = Edit(random, splice, source);
            splice.Length.ShouldBe(expected.Length);
            splice.ToArray().ShouldBe(expected);
            ReadInPieces(random, splice).ShouldBe(expected);
            ReadAsStream(random, splice).ShouldBe(expected);
            var writer = new ArrayBufferWriter<byte>();
            splice.WriteTo(writer);
            writer.WrittenSpan.ToArray().ShouldBe(expected);
        });

    /// <summary>Adds edits that do not overlap, in random order; gives the result built from the right to the left.</summary>
    private static byte[] Edit(Random random, JsonSplice splice, byte[] source)
    {
        var cuts = Enumerable.Range(0, 2 * random.Next(5)).Select(_ => random.Next(source.Length + 1)).Distinct().Order().ToList();
        var edits = Enumerable
            .Range(0, cuts.Count / 2)
            .Select(i => (Start: cuts[2 * i], End: cuts[2 * i + 1], Text: Bytes(random, random.Next(4))))
            .ToArray();
        var expected = source.ToList();
        foreach (var (start, end, text) in edits.Reverse())
        {
            expected.RemoveRange(start, end - start);
            expected.InsertRange(start, text);
        }
        random.Shuffle(edits);
        foreach (var (start, end, text) in edits)
            splice.Replace(start, end - start, text);
        return [.. expected];
    }

    private static byte[] ReadInPieces(Random random, JsonSplice splice)
    {
        var result = new List<byte>();
        var buffer = new byte[8];
        var cursor = splice.Read();
        int read;
        while ((read = cursor.Read(buffer.AsSpan(0, random.Next(1, 9)))) > 0)
            result.AddRange(buffer.AsSpan(0, read));
        return [.. result];
    }

    private static byte[] ReadAsStream(Random random, JsonSplice splice)
    {
        using var stream = new SplicedBodyStream(splice);
        using var copy = new MemoryStream();
        var head = new byte[random.Next(5)];
        copy.Write(head, 0, stream.Read(head));
        stream.CopyTo(copy, 3);
        return copy.ToArray();
    }

    private static byte[] Bytes(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next('a', 'z'))];

    private static string Text(JsonSplice splice) => Encoding.UTF8.GetString(splice.ToArray());
}
