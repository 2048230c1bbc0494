using Microsoft.AspNetCore.Http;
using PromptGateway.Endpoints;
using PromptGateway.Forwarding;
using PromptGateway.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway.Tests.Forwarding;

public sealed class RetryRuleTests : IDisposable
{
    private readonly DefaultHttpContext _context = new();
    private readonly CancellationTokenSource _cancellation = new();

    public void Dispose() => _cancellation.Dispose();

    private Attempt NewAttempt() => new(null!, WireFormats.For(PromptGateway.Chat.Operation.Chat), _cancellation);

    private void Failed(ForwarderError error, Exception? exception = null) =>
        _context.SetNoun<IForwarderErrorFeature>(new Failure(error, exception));

    [Fact]
    public void TryAgain_NoDestinationWasThere_OnceElsewhere()
    {
        Failed(ForwarderError.NoAvailableDestinations);
        RetryRule.TryAgain(_context, NewAttempt(), attemptsMade: 1).ShouldBeTrue();
        RetryRule.TryAgain(_context, NewAttempt(), attemptsMade: 2).ShouldBeFalse();
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.NameResolutionError, true)]
    [InlineData(HttpRequestError.SecureConnectionError, true)]
    [InlineData(HttpRequestError.ProxyTunnelError, true)]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    [InlineData(HttpRequestError.InvalidResponse, false)]
    [InlineData(HttpRequestError.Unknown, false)]
    public void TryAgain_RequestFailed_OnlyWhenItCannotHaveArrived(HttpRequestError error, bool again)
    {
        Failed(ForwarderError.Request, new HttpRequestException(error));
        RetryRule.TryAgain(_context, NewAttempt(), attemptsMade: 1).ShouldBe(again);
    }

    [Theory]
    [InlineData(ForwarderError.RequestTimedOut)]
    [InlineData(ForwarderError.RequestCanceled)]
    [InlineData(ForwarderError.RequestBodyClient)]
    [InlineData(ForwarderError.RequestBodyDestination)]
    [InlineData(ForwarderError.ResponseBodyDestination)]
    [InlineData(ForwarderError.ResponseHeaders)]
    public void TryAgain_UpstreamMayHaveStartedToGenerate_Never(ForwarderError error)
    {
        Failed(error, new HttpRequestException(HttpRequestError.ConnectionError));
        RetryRule.TryAgain(_context, NewAttempt(), attemptsMade: 1).ShouldBeFalse();
    }

    [Fact]
    public void TryAgain_Answered_Never() => RetryRule.TryAgain(_context, NewAttempt(), attemptsMade: 1).ShouldBeFalse();

    [Fact]
    public void TryAgain_StreamOptionsWereRejected_WithoutThem()
    {
        var attempt = NewAttempt();
        attempt.StreamOptionsRejected = true;
        RetryRule.TryAgain(_context, attempt, attemptsMade: 2).ShouldBeTrue();
    }

    [Fact]
    public void TryAgain_TheGatewayItselfEndedIt_Never()
    {
        Failed(ForwarderError.NoAvailableDestinations);
        var attempt = NewAttempt();
        attempt.Stop(StopReason.TotalTimeout);
        RetryRule.TryAgain(_context, attempt, attemptsMade: 1).ShouldBeFalse();
    }

    private sealed record Failure(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
}
