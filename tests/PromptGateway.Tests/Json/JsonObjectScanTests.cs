using System.Text;
using System.Text.Json;
using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class JsonObjectScanTests
{
    private static readonly string[] KnownNames = ["model", "stream", "stream_options", "max_tokens", "messages", "n", "user", "usage"];

    [Fact]
    public void Scan_ChatRequest_ReportsMembersWithExactSpans()
    {
        var json =
            """ {"model" : "gpt-5", "messages":[{"role":"user","content":"hi \"you\""}],"stream":true,"n":null,"max_tokens":-12.5e3 } """;
        var (result, members) = Scan(json);

        result.IsValid.ShouldBeTrue();
        json[result.ObjectStart].ShouldBe('{');
        json[result.ObjectClose].ShouldBe('}');
        members.Select(m => json[m.NameStart..m.NameEnd]).ShouldBe(["\"model\"", "\"messages\"", "\"stream\"", "\"n\"", "\"max_tokens\""]);
        members
            .Select(m => json[m.ValueStart..m.ValueEnd])
            .ShouldBe(["\"gpt-5\"", """[{"role":"user","content":"hi \"you\""}]""", "true", "null", "-12.5e3"]);
        members
            .Select(m => m.Kind)
            .ShouldBe([JsonValueKind.String, JsonValueKind.Array, JsonValueKind.True, JsonValueKind.Null, JsonValueKind.Number]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" \r\n\t{ \n } \n")]
    [InlineData("""{"":{"":[[],{},[{}]]}}""")]
    [InlineData("""{"a":-0,"b":1e400,"c":0.5E-9,"d":123456789012345678901234567890}""")]
    [InlineData("""{"a":"\"\\\/\b\f\n\r\t\u0000\uD83D\uDE00"}""")]
    [InlineData("{\"a\":\"\u007f\u2028\U0001F600\"}")]
    public void Scan_ValidObject_IsAccepted(string json) => Scan(json).Result.IsValid.ShouldBeTrue();

    [Theory]
    [InlineData("", "Empty", 0)]
    [InlineData("  \n", "Empty", 3)]
    [InlineData("\uFEFF{}", "ByteOrderMark", 0)]
    [InlineData("[]", "NotAnObject", 0)]
    [InlineData("null", "NotAnObject", 0)]
    [InlineData("{", "UnexpectedEnd", 1)]
    [InlineData("{\"a", "UnexpectedEnd", 3)]
    [InlineData("{\"a\"", "UnexpectedEnd", 4)]
    [InlineData("{\"a\":", "UnexpectedEnd", 5)]
    [InlineData("{\"a\":tr", "UnexpectedEnd", 7)]
    [InlineData("{\"a\":1.", "UnexpectedEnd", 7)]
    [InlineData("{\"a\":1", "UnexpectedEnd", 6)]
    [InlineData("{\"a\":\"\\u00", "UnexpectedEnd", 10)]
    [InlineData("{\"a\":1,}", "UnexpectedCharacter", 7)]
    [InlineData("{,}", "UnexpectedCharacter", 1)]
    [InlineData("{\"a\":[1,]}", "UnexpectedCharacter", 8)]
    [InlineData("{\"a\":[1 2]}", "UnexpectedCharacter", 8)]
    [InlineData("{\"a\":[1}", "UnexpectedCharacter", 7)]
    [InlineData("{\"a\" 1}", "UnexpectedCharacter", 5)]
    [InlineData("{a:1}", "UnexpectedCharacter", 1)]
    [InlineData("{'a':1}", "UnexpectedCharacter", 1)]
    [InlineData("{\"a\":/**/1}", "UnexpectedCharacter", 5)]
    [InlineData("{\"a\":+1}", "UnexpectedCharacter", 5)]
    [InlineData("{\"a\":NaN}", "UnexpectedCharacter", 5)]
    [InlineData("{\"a\":\v1}", "UnexpectedCharacter", 5)]
    [InlineData("{\"a\":nul1}", "InvalidLiteral", 5)]
    [InlineData("{\"a\":True}", "UnexpectedCharacter", 5)]
    [InlineData("{\"a\":truer}", "UnexpectedCharacter", 9)]
    [InlineData("{\"a\":01}", "InvalidNumber", 5)]
    [InlineData("{\"a\":-}", "InvalidNumber", 6)]
    [InlineData("{\"a\":.5}", "UnexpectedCharacter", 5)]
    [InlineData("{\"a\":1.}", "InvalidNumber", 7)]
    [InlineData("{\"a\":1e}", "InvalidNumber", 7)]
    [InlineData("{\"a\":1e+}", "InvalidNumber", 8)]
    [InlineData("{\"a\":0x10}", "UnexpectedCharacter", 6)]
    [InlineData("{\"a\":\"\\x\"}", "InvalidEscape", 6)]
    [InlineData("{\"a\":\"\\u12G4\"}", "InvalidEscape", 6)]
    [InlineData("{\"a\":\"\\ud800\"}", "LoneSurrogate", 6)]
    [InlineData("{\"a\":\"\\ud800\\u0041\"}", "LoneSurrogate", 6)]
    [InlineData("{\"a\":\"\\udc00\"}", "LoneSurrogate", 6)]
    [InlineData("{\"a\":\"\n\"}", "ControlCharacter", 6)]
    [InlineData("{\"a\":\"\0\"}", "ControlCharacter", 6)]
    [InlineData("{} x", "TrailingData", 3)]
    [InlineData("{}{}", "TrailingData", 2)]
    [InlineData("{}\0", "TrailingData", 2)]
    [InlineData("{\"model\":1,\"model\":2}", "DuplicateMember", 11)]
    [InlineData("{\"mod\\u0065l\":1,\"model\":2}", "DuplicateMember", 16)]
    [InlineData("{\"\\ud83d\\ude00\":1,\"\U0001F600\":2}", "DuplicateMember", 18)]
    [InlineData("{\"a\\/b\":1,\"a/\\u0062\":2}", "DuplicateMember", 10)]
    public void Scan_BrokenDocument_NamesErrorAndOffset(string json, string error, int offset)
    {
        var result = Scan(json).Result;
        result.Error.ToString().ShouldBe(error);
        result.ErrorOffset.ShouldBe(offset);
        result.Message.ShouldStartWith($"Invalid JSON at byte {offset}: ");
    }

    [Theory]
    [InlineData("80")]
    [InlineData("C080")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("E282")]
    public void Scan_InvalidUtf8InString_IsRefusedAtTheByte(string hex)
    {
        foreach (var padding in new[] { 0, 1, 30, 31, 32, 100 })
        {
            byte[] json =
            [
                .. "{\"a\":\""u8,
                .. Enumerable.Repeat((byte)'x', padding),
                .. Convert.FromHexString(hex),
                .. "\"}"u8,
                .. Enumerable.Repeat((byte)' ', 40),
            ];
            using var members = JsonMemberList.Rent();
            var result = JsonObjectScan.Scan(json, members);
            (result.Error, result.ErrorOffset).ShouldBe((JsonScanError.InvalidUtf8, 6 + padding));
        }
    }

    [Fact]
    public void Scan_DuplicateNamesInNestedObject_AreLeftToWhoReadsIt()
    {
        var json = """{"metadata":{"a":1,"\u0061":2}}"""u8;
        using var members = JsonMemberList.Rent();
        using var nested = JsonMemberList.Rent();
        JsonObjectScan.Scan(json, members).IsValid.ShouldBeTrue();
        JsonObjectScan.ScanNested(json, members[0], nested).Error.ShouldBe(JsonScanError.DuplicateMember);
    }

    [Fact]
    public void ScanNested_Object_GivesOffsetsInTheWholeDocument()
    {
        var json = """{"x":1,"stream_options": { "include_usage" : true } ,"y":[]}"""u8;
        using var members = JsonMemberList.Rent();
        using var nested = JsonMemberList.Rent();
        JsonObjectScan.Scan(json, members);
        members.TryFind(json, "stream_options"u8, out var options).ShouldBeTrue();
        JsonObjectScan.ScanNested(json, options, nested).IsValid.ShouldBeTrue();
        nested.TryFind(json, "include_usage"u8, out var include).ShouldBeTrue();
        Encoding.UTF8.GetString(include.RawValue(json)).ShouldBe("true");
        members.TryFind(json, "y"u8, out var array).ShouldBeTrue();
        JsonObjectScan.ScanNested(json, array, nested).Error.ShouldBe(JsonScanError.NotAnObject);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Scan_Nesting_IsLimited(int depth, bool valid)
    {
        var json = "{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        var result = Scan(json).Result;
        result.IsValid.ShouldBe(valid);
        if (!valid)
            (result.Error, result.ErrorOffset).ShouldBe((JsonScanError.TooDeep, 5 + 127));
    }

    [Fact]
    public void Scan_MillionOpenBrackets_IsRefusedWithoutRecursion()
    {
        var json = "{\"a\":" + new string('[', 1_000_000);
        Scan(json).Result.Error.ShouldBe(JsonScanError.TooDeep);
        using var members = JsonMemberList.Rent();
        JsonObjectScan.Scan(Encoding.UTF8.GetBytes(json), members, JsonValueScan.DepthLimit).Error.ShouldBe(JsonScanError.TooDeep);
    }

    [Fact]
    public void Scan_MoreMembersThanTheLimit_IsRefused()
    {
        string Object(int count) => "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"m{i}\":{i}")) + "}";
        Scan(Object(JsonMemberList.MaxMembers)).Members.Count.ShouldBe(JsonMemberList.MaxMembers);
        Scan(Object(JsonMemberList.MaxMembers + 1)).Result.Error.ShouldBe(JsonScanError.TooManyMembers);
    }

    [Fact]
    public void Scan_EveryTruncation_EndsTooEarly()
    {
        var json = Encoding.UTF8.GetBytes("""{"model":"gpt \u00e9\n","messages":[{"a":null,"b":[1.5,true,false,"x"]}],"n":12}""");
        for (var length = 1; length < json.Length; length++)
        {
            using var members = JsonMemberList.Rent();
            var result = JsonObjectScan.Scan(json.AsSpan(0, length), members);
            (result.Error, result.ErrorOffset).ShouldBe((JsonScanError.UnexpectedEnd, length));
        }
    }

    [Fact]
    public void Scan_RandomObject_AgreesWithOracle() =>
        FsCheckRuns.Thorough(seed => AgreesWithOracle(Encoding.UTF8.GetBytes(RandomJson.Object(seed, KnownNames))).ShouldBeTrue());

    [Fact]
    public void Scan_DamagedObject_AgreesWithOracle() => FsCheckRuns.Thorough(seed => AgreesWithOracle(Damaged(seed)).ShouldBeTrue());

    [Fact]
    public void TryFind_RandomObject_FindsWhatOracleFinds() =>
        FsCheckRuns.Thorough(seed =>
        {
            var json = Encoding.UTF8.GetBytes(RandomJson.Object(seed, KnownNames));
            var expected = JsonOracle.Read(json)!.ToDictionary(m => m.Name, m => m.Raw);
            using var members = JsonMemberList.Rent();
            JsonObjectScan.Scan(json, members);
            foreach (var name in KnownNames)
            {
                var found = members.TryFind(json, Encoding.UTF8.GetBytes(name), out var member);
                found.ShouldBe(expected.TryGetValue(name, out var raw));
                if (found)
                    Encoding.UTF8.GetString(member.RawValue(json)).ShouldBe(raw);
            }
        });

    /// <summary>Accepts exactly what the oracle accepts, with the same members.</summary>
    private static bool AgreesWithOracle(byte[] json)
    {
        var expected = JsonOracle.Read(json);
        using var members = JsonMemberList.Rent();
        var result = JsonObjectScan.Scan(json, members);
        if (expected is null || !result.IsValid)
            return expected is null && !result.IsValid && result.ErrorOffset >= 0 && result.ErrorOffset <= json.Length;
        return members.Members.Length == expected.Count
            && members
                .Members.ToArray()
                .Select(m => (JsonValueRead.DecodeString(m.RawName(json)), Encoding.UTF8.GetString(m.RawValue(json))))
                .SequenceEqual(expected);
    }

    /// <summary>A valid object with a few bytes changed, removed, doubled or inserted.</summary>
    private static byte[] Damaged(int seed)
    {
        var random = new Random(seed);
        var json = Encoding.UTF8.GetBytes(RandomJson.Object(seed, KnownNames)).ToList();
        var likely = "{}[]\",:\\u0dD8 \n\0-1.eE+tfn/\u0001"u8.ToArray();
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            var at = random.Next(json.Count);
            var unit = random.Next(4) == 0 ? (byte)random.Next(256) : likely[random.Next(likely.Length)];
            switch (random.Next(4))
            {
                case 0:
                    json[at] = unit;
                    break;
                case 1:
                    json.RemoveAt(at);
                    break;
                case 2:
                    json.Insert(at, json[at]);
                    break;
                default:
                    json.Insert(at, unit);
                    break;
            }
            if (json.Count == 0)
                break;
        }
        return [.. json];
    }

    private static (JsonScanResult Result, List<JsonMember> Members) Scan(string json)
    {
        using var members = JsonMemberList.Rent();
        var result = JsonObjectScan.Scan(Encoding.UTF8.GetBytes(json), members);
        return (result, [.. members.Members]);
    }
}
