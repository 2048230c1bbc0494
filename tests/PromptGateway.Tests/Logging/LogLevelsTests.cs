using Microsoft.Extensions.Logging;

namespace PromptGateway.Tests.Logging;

public sealed class LogLevelsTests
{
    [Theory]
    [InlineData("PromptGateway.Keys", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)]
    [InlineData("Yarp.ReverseProxy.Health", LogLevel.Warning)]
    [InlineData("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Error)]
    public void Default_Category_IsLoggedFromItsLevel(string category, LogLevel lowest)
    {
        var log = new CapturedLog().Logger(category);

        log.IsEnabled(lowest).ShouldBeTrue();
        log.IsEnabled(lowest - 1).ShouldBeFalse();
    }

    /// <summary>Otherwise ASP.NET makes an Activity for every request, which replaces the client's <c>traceparent</c>.</summary>
    [Fact]
    public void Default_HostingDiagnostics_IsOffAltogether() =>
        new CapturedLog().Logger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Critical).ShouldBeFalse();

    [Fact]
    public async Task Configured_Overrides_WinOverTheDefaults()
    {
        await using var captured = new CapturedLog(
            ("Serilog:MinimumLevel:Default", "Warning"),
            ("Serilog:MinimumLevel:Override:Yarp", "Debug"),
            ("Serilog:MinimumLevel:Override:PromptGateway.Requests", "information")
        );

        captured.Logger("PromptGateway.Keys").IsEnabled(LogLevel.Information).ShouldBeFalse();
        captured.Logger("Yarp.ReverseProxy.Health").IsEnabled(LogLevel.Debug).ShouldBeTrue();
        captured.Requests.Enabled.ShouldBeTrue();
    }

    [Fact]
    public void Configured_OneWordForAll_IsTheDefaultLevel() =>
        new CapturedLog(("Serilog:MinimumLevel", "Error")).Logger("PromptGateway.Keys").IsEnabled(LogLevel.Warning).ShouldBeFalse();

    [Fact]
    public void Configured_NoSuchLevel_SaysWhereAndWhatWouldDo() =>
        Should
            .Throw<FormatException>(() => new CapturedLog(("Serilog:MinimumLevel:Override:Yarp", "Loud")))
            .Message.ShouldBe(
                "Serilog:MinimumLevel:Override:Yarp: 'Loud' is not a level. Use one of Verbose, Debug, Information, Warning, Error, Fatal."
            );
}
