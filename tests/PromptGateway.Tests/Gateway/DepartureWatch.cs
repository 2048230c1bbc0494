using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace PromptGateway.Tests.Gateway;

/// <summary>Stands before the gateway's own stages and tells when the server has noticed that a client is gone.</summary>
internal sealed class DepartureWatch : IStartupFilter
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task ClientGoneAsync() => _gone.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(
                (context, following) =>
                {
                    context.RequestAborted.Register(() => _gone.TrySetResult());
                    return following(context);
                }
            );
            next(app);
        };
}
