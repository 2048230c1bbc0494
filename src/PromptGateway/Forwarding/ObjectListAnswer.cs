using System.Buffers;
using PromptGateway.Objects;

namespace PromptGateway.Forwarding;

/// <summary>
/// A list of a provider's objects, which is that of its whole account, on its way to one of the keys that share the account: what is not
/// for that key is left out. A list that cannot be read goes to nobody.
/// </summary>
internal sealed class ObjectListAnswer(HttpContext http, HttpResponseMessage answer, Attempt attempt, ObjectAnswer about, ILogger log)
{
    /// <summary>Bytes. OpenAI's pages of 10,000 files have 4 MB.</summary>
    private const int Longest = 64 << 20;
    private static readonly byte[] Empty = """{"object":"list","data":[],"has_more":false}"""u8.ToArray();

    public async Task ApplyAsync()
    {
        var list = await FilterAsync();
        answer.Content.Dispose();
        answer.Content = new ByteArrayContent(list);
        http.Response.ContentLength = list.Length;
        http.Response.Headers.ContentEncoding = default;
    }

    private async Task<byte[]> FilterAsync()
    {
        try
        {
            return await about.ListAsync(await ReadAsync());
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            log.LogWarning(
                "A list of {Upstream} ({Path}) cannot be read, so nobody is shown it: {Reason}",
                attempt.Target.Upstream.Id,
                http.Request.Path,
                e.Message
            );
            return Empty;
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync()
    {
        var stream = await answer.Content.ReadAsStreamAsync(attempt.Cancellation);
        var body = new ArrayBufferWriter<byte>(64 * 1024);
        while (await stream.ReadAsync(body.GetMemory(16 * 1024), attempt.Cancellation) is > 0 and var read)
        {
            body.Advance(read);
            if (body.WrittenCount > Longest)
                throw new InvalidDataException($"it is longer than {Longest} bytes");
        }
        return body.WrittenMemory;
    }
}
