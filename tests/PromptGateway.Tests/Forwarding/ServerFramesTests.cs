using System.Buffers.Binary;
using System.Text;
using PromptGateway.Forwarding;

namespace PromptGateway.Tests.Forwarding;

public sealed class ServerFramesTests
{
    private const int Longest = 200_000;

    private static byte[] Frame(int opcode, byte[] payload, bool final = true, int reserved = 0, bool masked = false)
    {
        var header = new byte[10];
        header[0] = (byte)((final ? 0x80 : 0) | reserved | opcode);
        var size = 2;
        if (payload.Length <= 125)
        {
            header[1] = (byte)payload.Length;
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            header[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)payload.Length);
            size = 4;
        }
        else
        {
            header[1] = 127;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), payload.Length);
            size = 10;
        }
        header[1] |= (byte)(masked ? 0x80 : 0);
        return [.. header[..size], .. payload];
    }

    private static byte[] Text(string text, bool final = true) => Frame(1, Encoding.UTF8.GetBytes(text), final);

    private static List<string> Read(ServerFrames frames, byte[] bytes, params int[] cuts)
    {
        var messages = new List<string>();
        var from = 0;
        foreach (var cut in cuts.Append(bytes.Length).Order())
        {
            ReadOnlySpan<byte> part = bytes.AsSpan(from, cut - from);
            from = cut;
            while (frames.TryRead(ref part, out var message))
                messages.Add(Encoding.UTF8.GetString(message));
        }
        return messages;
    }

    [Fact]
    public void Read_AnySplit_GivesTheSameMessages() => FsCheckRuns.Usual(ReadInPieces);

    private static void ReadInPieces(int seed)
    {
        byte[] bytes =
        [
            .. Text("one"),
            .. Text("two, ", final: false),
            .. Frame(9, "ping"u8.ToArray()),
            .. Frame(0, "in pieces, "u8.ToArray(), final: false),
            .. Frame(0, [], final: false),
            .. Frame(0, "and an end"u8.ToArray()),
            .. Frame(2, new byte[300]),
            .. Text(""),
            .. Text(new string('x', 70_000)),
            .. Frame(8, [3, 232]),
        ];
        using var frames = new ServerFrames(Longest);

        var messages = Read(frames, bytes, Cuts(seed, bytes.Length));

        messages.ShouldBe(["one", "two, in pieces, and an end", "", new string('x', 70_000)]);
        frames.Closed.ShouldBeTrue();
        frames.GaveUp.ShouldBeFalse();
        frames.Skipped.ShouldBeFalse();
    }

    [Fact]
    public void Read_ByteByByte_GivesTheSameMessages()
    {
        byte[] bytes = [.. Text(new string('a', 200)), .. Text("b")];
        using var frames = new ServerFrames(Longest);

        Read(frames, bytes, [.. Enumerable.Range(0, bytes.Length)]).ShouldBe([new string('a', 200), "b"]);
    }

    [Fact]
    public void Read_MessageLongerThanTheLimit_IsPassedOverAndTheNextOneRead()
    {
        using var frames = new ServerFrames(longestMessage: 100);

        var messages = Read(frames, [.. Text(new string('x', 60), final: false), .. Frame(0, new byte[60]), .. Text("next")]);

        messages.ShouldBe(["next"]);
        frames.Skipped.ShouldBeTrue();
        frames.GaveUp.ShouldBeFalse();
    }

    public static TheoryData<string, byte[]> NotFromAServer =>
        new()
        {
            { "compressed", Frame(1, [1], reserved: 0x40) },
            { "masked", Frame(1, [1, 2, 3, 4, 5], masked: true) },
            { "unknown opcode", Frame(3, [1]) },
            { "continuation of nothing", Frame(0, [1]) },
            { "text inside a message", [.. Text("a", final: false), .. Text("b")] },
            { "fragmented ping", Frame(9, [1], final: false) },
            { "long ping", Frame(9, new byte[126]) },
            { "negative length", [0x81, 127, 0xFF, 0, 0, 0, 0, 0, 0, 0] },
        };

    [Theory]
    [MemberData(nameof(NotFromAServer))]
    public void Read_WhatNoServerMaySend_GivesUpQuietly(string _, byte[] bytes)
    {
        using var frames = new ServerFrames(Longest);

        Read(frames, [.. bytes, .. Text("later")]).ShouldBeEmpty();

        frames.GaveUp.ShouldBeTrue();
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        FsCheckRuns.Thorough(seed =>
        {
            var bytes = new byte[64];
            new Random(seed).NextBytes(bytes);
            using var frames = new ServerFrames(Longest);
            Should.NotThrow(() => Read(frames, bytes, Cuts(seed, bytes.Length)));
        });

    private static int[] Cuts(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(length))];
    }
}
