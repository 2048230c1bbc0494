using PromptGateway.Logging;

namespace PromptGateway.Tests.Logging;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("key pg-AbCdEf0123456789 used", "key pg-*** used")]
    [InlineData("pgadmin-AbCdEf0123456789", "pgadmin-***")]
    [InlineData("sk-proj-AbCd_efgh-1234, next", "sk-***, next")]
    [InlineData("\"sk-ant-api03-AbCdEfGh\"", "\"sk-***\"")]
    [InlineData("AIzaSyA1234567890abcdefg", "AIza***")]
    [InlineData("Bearer abcdefgh12345678", "Bearer ***")]
    [InlineData("bearer\tabcdefgh12345678 rest", "bearer *** rest")]
    [InlineData("Authorization: Custom abc def", "Authorization: ***")]
    [InlineData("authorization=Bearer abcdefgh12345678", "authorization=***")]
    [InlineData("{\"authorization\":\"Basic YWJjOmRlZg==\",\"a\":1}", "{\"authorization\":\"***\",\"a\":1}")]
    [InlineData("x-api-key: canary", "x-api-key: ***")]
    [InlineData("api-key=canary; x=1", "api-key=***; x=1")]
    [InlineData("Set-Cookie: session=canary; Path=/", "Set-Cookie: ***")]
    [InlineData("https://h/v1?alt=sse&key=canary&x=1", "https://h/v1?alt=sse&key=***&x=1")]
    [InlineData("/v1?key=canary", "/v1?key=***")]
    [InlineData("Host=db;Username=u;Password=hunter2;Port=1", "Host=db;Username=u;Password=***;Port=1")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln tail", "*** tail")]
    public void Apply_TextWithASecret_MasksItAndNothingElse(string text, string expected) =>
        new SecretMask().Apply(text).ShouldBe(expected);

    [Theory]
    [InlineData("The risk-assessment-model took 12 ms for key_0123456789abcdef")]
    [InlineData("A bearer token is basic knowledge")]
    [InlineData("input_tokens 12, monkey=1, keys: 3")]
    [InlineData("")]
    public void Apply_OrdinaryText_IsTheSameInstance(string text) => new SecretMask().Apply(text).ShouldBeSameAs(text);

    [Fact]
    public void Apply_RegisteredSecrets_AreMaskedWhereverTheyStand()
    {
        var mask = new SecretMask();
        mask.Register("correct horse");
        mask.Register("correct horse battery+staple");

        mask.Apply("a=correct horse battery+staple.b").ShouldBe("a=***.b");
        mask.Apply("q=correct%20horse%20battery%2Bstaple").ShouldBe("q=***");
        mask.Apply("xcorrect horsex").ShouldBe("x***x");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short")]
    public void Register_NoSecretWorthTheName_MasksNothing(string? secret)
    {
        var mask = new SecretMask();
        mask.Register(secret);

        mask.Apply("a short text").ShouldBe("a short text");
    }

    [Fact]
    public void Apply_LongHostileText_TakesTimeInProportionOnly()
    {
        var text = string.Concat(Enumerable.Repeat("sk-a authorization bearer &key \"", 30_000));

        new SecretMask().Apply(text).Length.ShouldBeGreaterThan(0);
    }
}
