using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PromptGateway.Logging;

namespace PromptGateway.Tests.Logging;

/// <summary>The gateway's logging with its output kept in memory.</summary>
internal sealed class CapturedLog : IAsyncDisposable
{
    private readonly MemoryStream _output = new();
    private readonly WebApplication _app;

    public CapturedLog(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        Mask = builder.AddGatewayLogging(_output);
        _app = builder.Build();
    }

    public SecretMask Mask { get; }
    public RequestLog Requests => _app.Services.GetRequiredService<RequestLog>();

    public ILogger Logger(string category) => _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

    /// <summary>Ends logging, so that everything has been written.</summary>
    public async Task<string> TextAsync()
    {
        await DisposeAsync();
        return Encoding.UTF8.GetString(_output.ToArray());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Every line, parsed.</summary>
    public async Task<JsonElement[]> LinesAsync() =>
        [.. (await TextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
}
