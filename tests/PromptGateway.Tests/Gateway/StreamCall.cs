using System.Text;

namespace PromptGateway.Tests.Gateway;

/// <summary>A client's view of one streamed answer, event by event. Disposing it is a client that leaves at once.</summary>
internal sealed class StreamCall : IDisposable
{
    private readonly HttpClient _client;
    private readonly List<byte> _read = [];
    private Stream? _body;

    private StreamCall(HttpClient client, HttpResponseMessage response) => (_client, Response) = (client, response);

    public HttpResponseMessage Response { get; }

    public static async Task<StreamCall> OpenAsync(
        TestGateway gateway,
        string path,
        string json,
        params (string Name, string Value)[] headers
    )
    {
        // The default would read on for two seconds after the client has left.
        var handler = new SocketsHttpHandler { UseProxy = false, ResponseDrainTimeout = TimeSpan.Zero };
        var client = new HttpClient(handler) { BaseAddress = gateway.Address };
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Authorization", "Bearer " + TestGateway.ApiKey);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return new StreamCall(client, await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public static Task<StreamCall> ChatAsync(TestGateway gateway, string more = "") =>
        OpenAsync(gateway, "/v1/chat/completions", ChatRequests.Stream(more));

    /// <summary>The bytes up to the next blank line; null at a clean end.</summary>
    public async Task<string?> NextEventAsync()
    {
        _body ??= await Response.Content.ReadAsStreamAsync();
        var one = new byte[1];
        while (await _body.ReadAsync(one) > 0)
        {
            _read.Add(one[0]);
            if (_read is [.., (byte)'\n', (byte)'\n'])
                return Take();
        }
        return _read.Count > 0 ? Take() : null;
    }

    /// <summary>Everything from here on, and how the transfer failed; no failure means a clean end.</summary>
    public async Task<(byte[] Bytes, Exception? Failure)> RestAsync()
    {
        _body ??= await Response.Content.ReadAsStreamAsync();
        var bytes = new MemoryStream();
        var failure = await Record.ExceptionAsync(() => _body.CopyToAsync(bytes));
        return (bytes.ToArray(), failure);
    }

    public async Task<(string Text, Exception? Failure)> RestTextAsync()
    {
        var (bytes, failure) = await RestAsync();
        return (Encoding.UTF8.GetString(bytes), failure);
    }

    private string Take()
    {
        var text = Encoding.UTF8.GetString([.. _read]);
        _read.Clear();
        return text;
    }

    public void Dispose()
    {
        Response.Dispose();
        _client.Dispose();
    }
}
