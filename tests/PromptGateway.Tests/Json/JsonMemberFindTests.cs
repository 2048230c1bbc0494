using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class JsonMemberFindTests
{
    private static readonly string[] Names = ["usage", "choices", "id", "model"];

    [Theory]
    [InlineData("{\"usage\":null}", "{}")]
    [InlineData("{ \"usage\" : {\"a\":[1,2]} }", "{  }")]
    [InlineData("{\"usage\":null,\"id\":1}", "{\"id\":1}")]
    [InlineData("{\"usage\":null , \"id\":1}", "{\"id\":1}")]
    [InlineData("{\"id\":1,\"usage\":null}", "{\"id\":1}")]
    [InlineData("{\"id\":1 , \"usage\":{\"a\":{\"usage\":1}} }", "{\"id\":1  }")]
    [InlineData("{\"id\":1,\"usage\":[1,{},\"}\"],\"model\":2}", "{\"id\":1,\"model\":2}")]
    [InlineData("{\"id\":1,\"us\\u0061ge\":3,\"model\":2}", "{\"id\":1,\"model\":2}")]
    [InlineData("{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}", "{\"choices\":[]}")]
    public void RemoveMember_TopLevelMember_GoesWithItsComma(string json, string expected) => Removed(json).ShouldBe(expected);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"x_groq\":{\"usage\":1}}")]
    [InlineData("{\"a\":[{\"usage\":1}],\"b\":\"usage\"}")]
    [InlineData("{\"a\":\",\\\"usage\\\":1\",\"usages\":1,\"usag\":2,\"Usage\":3}")]
    [InlineData("{\"a\":\"\\\\\",\"b\":\"\\\\\\\",\\\"usage\\\":1\"}")]
    [InlineData("[{\"usage\":1}]")]
    [InlineData("\"usage\"")]
    [InlineData("")]
    [InlineData("[DONE]")]
    [InlineData("{\"usage\":")]
    [InlineData("{\"usage\"")]
    [InlineData("{\"usage\":1")]
    [InlineData("{\"usage\":,\"a\":1}")]
    public void RemoveMember_NoSuchMember_ChangesNothing(string json) => Removed(json).ShouldBe(json);

    [Fact]
    public void TryFindTopLevel_RandomObject_AgreesWithJsonDocument() =>
        FsCheckRuns.Thorough(seed =>
        {
            var json = Encoding.UTF8.GetBytes(RandomJson.Object(seed, Names));
            using var document = JsonDocument.Parse(json);
            foreach (var name in Names)
            {
                var isThere = document.RootElement.TryGetProperty(name, out var expected);
                JsonMemberFind.TryFindTopLevel(json, Encoding.UTF8.GetBytes(name), out var member).ShouldBe(isThere);
                if (!isThere)
                    continue;
                Encoding.UTF8.GetString(member.RawValue(json)).ShouldBe(expected.GetRawText());
                member.Kind.ShouldBe(expected.ValueKind);
                member.NameEquals(json, Encoding.UTF8.GetBytes(name)).ShouldBeTrue();
            }
        });

    [Fact]
    public void RemoveMember_RandomObject_EqualsDomRemoval() =>
        FsCheckRuns.Thorough(seed =>
        {
            var json = RandomJson.Object(seed, Names);
            var dom = JsonNode.Parse(json)!.AsObject();
            dom.Remove("usage");
            var result = Removed(json);
            JsonNode.DeepEquals(JsonNode.Parse(result), dom).ShouldBeTrue();
            Removed(result).ShouldBe(result);
        });

    [Fact]
    public void RemoveMember_RandomBytes_NeverThrows() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            string[] likely = ["{", "}", "[", "]", "\"", "\\", ":", ",", " ", "\"usage\"", "\"usage\":1", "\\u0061", "us", "\u00e9"];
            var text = random.Next(3) > 0 ? "{" : "";
            text += string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => likely[random.Next(likely.Length)]));
            var bytes = Encoding.UTF8.GetBytes(text);
            JsonMemberFind.RemoveMember(bytes, "usage"u8).ShouldBeLessThanOrEqualTo(Encoding.UTF8.GetByteCount(text));
        });

    private static string Removed(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, JsonMemberFind.RemoveMember(bytes, "usage"u8)));
    }
}
