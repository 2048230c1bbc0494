using System.Text;
using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class JsonValueReadTests
{
    [Theory]
    [InlineData("0", "Integer", 0)]
    [InlineData("-0", "Integer", 0)]
    [InlineData("-12", "Integer", -12)]
    [InlineData("9223372036854775807", "Integer", long.MaxValue)]
    [InlineData("-9223372036854775808", "Integer", long.MinValue)]
    [InlineData("9223372036854775808", "OutOfRange", 0)]
    [InlineData("-123456789012345678901234567890", "OutOfRange", 0)]
    [InlineData("1.0", "NotAnInteger", 0)]
    [InlineData("1e3", "NotAnInteger", 0)]
    [InlineData("1E400", "NotAnInteger", 0)]
    [InlineData("null", "NotANumber", 0)]
    [InlineData("\"1\"", "NotANumber", 0)]
    [InlineData("[1]", "NotANumber", 0)]
    public void GetInt64_AnyValue_TellsCasesApart(string value, string status, long expected)
    {
        var (json, member) = Single(value);
        JsonValueRead.GetInt64(json, member, out var number).ToString().ShouldBe(status);
        if (status == nameof(JsonIntegerStatus.Integer))
            number.ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"gpt-5\"", "gpt-5")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\n\\\"\\\\\\/\\u0041\\u00e9\\u4f60\\uD83D\\uDE00\"", "a\n\"\\/A\u00e9\u4f60\U0001F600")]
    [InlineData("\"\u4f60\u597d\"", "\u4f60\u597d")]
    public void TryGetString_String_IsDecoded(string value, string expected)
    {
        var (json, member) = Single(value);
        JsonValueRead.TryGetString(json, member, out var text).ShouldBeTrue();
        text.ShouldBe(expected);
        JsonValueRead.StringEquals(json, member, Encoding.UTF8.GetBytes(expected)).ShouldBeTrue();
        JsonValueRead.StringEquals(json, member, Encoding.UTF8.GetBytes(expected + "x")).ShouldBeFalse();
    }

    [Fact]
    public void TryGetString_LongStringWithEscapes_IsDecoded()
    {
        var (json, member) = Single("\"" + new string('x', 5000) + "\\n\"");
        JsonValueRead.TryGetString(json, member, out var text).ShouldBeTrue();
        text.ShouldBe(new string('x', 5000) + "\n");
    }

    [Theory]
    [InlineData("true", true, true)]
    [InlineData("false", true, false)]
    [InlineData("null", false, false)]
    [InlineData("\"true\"", false, false)]
    [InlineData("1", false, false)]
    public void TryGetBoolean_AnyValue_OnlyTakesLiterals(string value, bool isBoolean, bool expected)
    {
        var (json, member) = Single(value);
        JsonValueRead.TryGetBoolean(member, out var read).ShouldBe(isBoolean);
        read.ShouldBe(expected);
        JsonValueRead.TryGetString(json, member, out _).ShouldBe(value.StartsWith('"'));
    }

    private static (byte[] Json, JsonMember Member) Single(string value)
    {
        var json = Encoding.UTF8.GetBytes($"{{\"a\":{value}}}");
        using var members = JsonMemberList.Rent();
        JsonObjectScan.Scan(json, members).IsValid.ShouldBeTrue();
        return (json, members[0]);
    }
}
