using System.Text.Json;
using PromptGateway.Admin;
using PromptGateway.RateLimits;

namespace PromptGateway.Tests.Admin;

public sealed class JsonMistakeTests
{
    [Theory]
    [InlineData("""{"scope":"nobody"}""", "scope: must be one of key, team, model, upstream, gateway.")]
    [InlineData("""{"scope":5}""", "scope: must be one of")]
    [InlineData("""{"requests":"many"}""", "requests: must be a whole number")]
    public void Describe_MemberOfAnotherType_NamesWhatItMayBe(string json, string words)
    {
        var mistake = Should.Throw<JsonException>(() => JsonSerializer.Deserialize<RateLimitRule>(json, AdminJson.Options));

        JsonMistake.Describe(mistake, typeof(RateLimitRule)).ShouldStartWith(words);
    }
}
