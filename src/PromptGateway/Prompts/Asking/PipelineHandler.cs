using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using PromptGateway.Endpoints;
using PromptGateway.Endpoints.Inner;
using PromptGateway.Keys;

namespace PromptGateway.Prompts.Asking;

/// <summary>Brings what an SDK sends into the gateway's own pipeline, without a connection.</summary>
/// <param name="asker">On whose behalf.</param>
/// <param name="services">Of the application.</param>
/// <param name="ended">Gets the request once it is over and booked, however it ended; comes after the answer when the caller gave up.</param>
internal sealed class PipelineHandler(Asker asker, IServiceProvider services, Action<HttpContext> ended) : HttpMessageHandler
{
    private const int MostBytes = 4 << 20;

    /// <summary>Whether anything was sent, so that the end will be told.</summary>
    public bool IsUsed { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var json = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var call = InnerCall.Start(
            asker.Entrance,
            services,
            asker.NextRequest(),
            request.RequestUri!.AbsolutePath,
            json,
            context =>
            {
                context.SetNoun(asker.Payer);
                ClientSession.Carry(asker.Session, context.Request.Headers);
            },
            cancellationToken
        );
        IsUsed = true;
        var over = ReportAsync(call);
        try
        {
            var body = await ReadAsync(call.Body, cancellationToken);
            await over.WaitAsync(cancellationToken);
            var response = new HttpResponseMessage((HttpStatusCode)call.Context.Response.StatusCode)
            {
                Content = new ByteArrayContent(body),
                RequestMessage = request,
            };
            response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
            return response;
        }
        finally
        {
            await call.Body.CompleteAsync();
        }
    }

    private async Task ReportAsync(InnerCall call)
    {
        try
        {
            await call.Completed;
        }
        finally
        {
            ended(call.Context);
        }
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
                return read.Buffer.ToArray();
            if (read.Buffer.Length > MostBytes)
                throw new HttpRequestException("The optimizer's answer is too large.");
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
