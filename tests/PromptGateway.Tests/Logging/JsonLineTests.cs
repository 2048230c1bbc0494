using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace PromptGateway.Tests.Logging;

public sealed class JsonLineTests
{
    [Fact]
    public async Task Log_Event_IsOneLineWithTimeLevelMessageCategoryAndProperties()
    {
        await using var captured = new CapturedLog();

        captured.Logger("Room.Thing").LogWarning("Took {DurationMs} for {KeyId}, {Nothing}", 1.5, "key_1", null);

        var line = (await captured.LinesAsync()).ShouldHaveSingleItem();
        line.GetProperty("level").GetString().ShouldBe("warn");
        line.GetProperty("message").GetString().ShouldBe("Took 1.5 for key_1, -");
        line.GetProperty("category").GetString().ShouldBe("Room.Thing");
        line.GetProperty("duration_ms").GetDouble().ShouldBe(1.5);
        line.GetProperty("key_id").GetString().ShouldBe("key_1");
        line.GetProperty("time").GetDateTime().Kind.ShouldBe(DateTimeKind.Utc);
        line.TryGetProperty("nothing", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Log_TextWithLineBreaksAndQuotes_StaysOneLine()
    {
        await using var captured = new CapturedLog();

        captured.Logger("Test").LogInformation("{Value}", "a\nb\r\n\"c\" \u2028 ü 漢");

        var text = await captured.TextAsync();
        text.Count(c => c == '\n').ShouldBe(1);
        JsonElement.Parse(text).GetProperty("value").GetString().ShouldBe("a\nb\r\n\"c\" \u2028 ü 漢");
    }

    [Fact]
    public async Task Log_NumbersThatJsonCannotSay_AreText()
    {
        await using var captured = new CapturedLog();

        captured.Logger("Test").LogInformation("{A} {B} {C} {D}", double.NaN, ulong.MaxValue, 1.10m, true);

        var line = (await captured.LinesAsync()).ShouldHaveSingleItem();
        line.GetProperty("a").GetString().ShouldBe("NaN");
        line.GetProperty("b").GetUInt64().ShouldBe(ulong.MaxValue);
        line.GetProperty("c").GetDecimal().ShouldBe(1.10m);
        line.GetProperty("d").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Log_WithinATrace_CarriesItsIds()
    {
        await using var captured = new CapturedLog();
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        captured.Logger("Test").LogInformation("traced");

        (await captured.LinesAsync()).Single().GetProperty("trace_id").GetString().ShouldBe(activity.TraceId.ToHexString());
    }
}
