namespace PromptGateway.Forwarding;

/// <summary>Puts a <see cref="ReplayedContent"/> in the place of YARP's content, which a transform may not do.</summary>
internal sealed class ReplayHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(ReplayedContent.Key, out var content))
            request.Content = content;
        return base.SendAsync(request, cancellationToken);
    }
}
