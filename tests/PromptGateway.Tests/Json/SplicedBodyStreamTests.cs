using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class SplicedBodyStreamTests
{
    private readonly JsonSplice _splice = new("{\"model\":\"fast\"}"u8.ToArray());

    public SplicedBodyStreamTests() => _splice.Replace(9, 6, "\"gpt-5\""u8.ToArray());

    [Fact]
    public async Task ReadAsync_SmallBuffer_GivesTheWholeBody()
    {
        await using var stream = new SplicedBodyStream(_splice);
        stream.Length.ShouldBe(17);
        var body = new byte[17];
        for (var at = 0; at < body.Length; at += 3)
            (await stream.ReadAsync(body.AsMemory(at, Math.Min(3, body.Length - at)))).ShouldBe(Math.Min(3, body.Length - at));
        stream.Position.ShouldBe(17);
        (await stream.ReadAsync(new byte[5])).ShouldBe(0);
        body.ShouldBe("{\"model\":\"gpt-5\"}"u8.ToArray());
    }

    [Fact]
    public async Task ReadAsync_ZeroBytes_ReturnsAtOnceAndConsumesNothing()
    {
        await using var stream = new SplicedBodyStream(_splice);
        (await stream.ReadAsync(Memory<byte>.Empty)).ShouldBe(0);
        stream.Position.ShouldBe(0);
        stream.ReadByte().ShouldBe('{');
    }

    [Fact]
    public async Task CopyToAsync_AfterARead_WritesTheRest()
    {
        await using var stream = new SplicedBodyStream(_splice);
        stream.ReadByte().ShouldBe('{');
        using var rest = new MemoryStream();
        await stream.CopyToAsync(rest);
        rest.ToArray().ShouldBe("\"model\":\"gpt-5\"}"u8.ToArray());
        stream.Position.ShouldBe(17);
    }

    [Fact]
    public async Task Open_TwoStreamsOfOneSplice_ReadIndependently()
    {
        await using var first = new SplicedBodyStream(_splice);
        await using var second = new SplicedBodyStream(_splice);
        first.ReadByte().ShouldBe('{');
        first.ReadByte().ShouldBe('"');
        second.ReadByte().ShouldBe('{');
    }

    [Fact]
    public async Task Read_AfterDisposeOrCancellation_Throws()
    {
        var stream = new SplicedBodyStream(_splice);
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await stream.ReadExactlyAsync(new byte[1], new CancellationToken(true))
        );
        await stream.DisposeAsync();
        stream.CanRead.ShouldBeFalse();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await stream.ReadExactlyAsync(new byte[1]));
        await Should.ThrowAsync<ObjectDisposedException>(() => stream.CopyToAsync(Stream.Null));
    }
}
