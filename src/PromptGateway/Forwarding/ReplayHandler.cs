namespace PromptGateway.Forwarding;

/// <summary>Puts a <see cref="ReplayedContent"/> in the place of YARP's content, which a transform may not do.</summary>
internal sealed class ReplayHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && request.Options.TryGetValue(ReplayedContent.Body, out var body))
            request.Content = new ReplayedContent(body, content.Headers);
        return base.SendAsync(request, cancellationToken);
    }
}
