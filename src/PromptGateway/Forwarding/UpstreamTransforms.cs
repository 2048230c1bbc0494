using Yarp.ReverseProxy.Transforms.Builder;

namespace PromptGateway.Forwarding;

/// <summary>Hangs the gateway's own transforms into the one route, in place of YARP's: headers are copied by rule, none by default.</summary>
internal sealed class UpstreamTransforms(RequestHeaders request, UpstreamAnswer answer) : ITransformProvider
{
    public void Apply(TransformBuilderContext context)
    {
        context.UseDefaultForwarders = false;
        context.CopyRequestHeaders = false;
        context.CopyResponseHeaders = false;
        context.CopyResponseTrailers = false;
        context.RequestTransforms.Add(request);
        context.ResponseTransforms.Add(answer);
    }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public void ValidateRoute(TransformRouteValidationContext context) { }
}
