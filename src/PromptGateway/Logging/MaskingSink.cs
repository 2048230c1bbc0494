using Serilog.Core;
using Serilog.Events;

namespace PromptGateway.Logging;

/// <summary>In front of a sink: what reaches it holds no secrets.</summary>
internal sealed class MaskingSink(EventMask mask, ILogEventSink inner) : ILogEventSink, IDisposable
{
    public void Emit(LogEvent logEvent) => inner.Emit(mask.Apply(logEvent));

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
