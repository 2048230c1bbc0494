using System.Diagnostics;
using OpenTelemetry;

namespace PromptGateway.Metrics;

/// <summary>Numbers the attempts of a request: OpenTelemetry's <c>http.request.resend_count</c> on every client span but the first.</summary>
internal sealed class ResendCount : BaseProcessor<Activity>
{
    private const string Attempts = "promptgateway.attempts";

    public override void OnStart(Activity data)
    {
        if (data is not { Kind: ActivityKind.Client, Parent: { Kind: ActivityKind.Server } request })
            return;
        var made = request.GetCustomProperty(Attempts) as int? ?? 0;
        request.SetCustomProperty(Attempts, made + 1);
        if (made > 0)
            data.SetTag("http.request.resend_count", made);
    }
}
