using System.Text.Json;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Tests.Simulator;

public sealed class SchemaInstanceTests
{
    [Theory]
    [InlineData("""{"type":"object"}""", "{}")]
    [InlineData("""{}""", "{}")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"null"}},"required":["b"]}""", """{"b":null}""")]
    [InlineData("""{"type":["integer","null"]}""", "1")]
    [InlineData("""{"type":"integer","minimum":2.5}""", "3")]
    [InlineData("""{"type":"integer","exclusiveMinimum":3}""", "4")]
    [InlineData("""{"type":"integer","minimum":10,"multipleOf":7}""", "14")]
    [InlineData("""{"type":"integer","maximum":-5}""", "-5")]
    [InlineData("""{"type":"number","exclusiveMaximum":0}""", "-0.5")]
    [InlineData("""{"type":"boolean"}""", "true")]
    [InlineData("""{"enum":["x","y"]}""", "\"x\"")]
    [InlineData("""{"const":{"a":[1]}}""", """{"a":[1]}""")]
    [InlineData("""{"type":"string","minLength":9}""", "\"sampleeee\"")]
    [InlineData("""{"type":"string","maxLength":2}""", "\"sa\"")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2026-01-01\"")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2}""", "[1,1]")]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", "[]")]
    [InlineData("""{"$ref":"#/$defs/x","$defs":{"x":{"const":5}}}""", "5")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"type":"null"}]}""", "null")]
    [InlineData("""{"oneOf":[{"const":1},{"const":2}]}""", "1")]
    [InlineData(
        """{"allOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{"const":2}},"required":["b"]}]}""",
        """{"a":1,"b":2}"""
    )]
    public void Of_Schema_IsTheSmallestInstance(string schema, string expected) => Instance(schema).ShouldBe(expected);

    [Fact]
    public void Of_RecursiveTree_Ends() =>
        Instance(
                """{"$defs":{"node":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["next"]}},"$ref":"#/$defs/node"}"""
            )
            .ShouldBe("""{"next":null}""");

    [Fact]
    public void Of_EndlessSchema_EndsInNull() =>
        Instance("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""")
            .ShouldEndWith("null" + new string('}', 24) + "}");

    private static string Instance(string schema)
    {
        using var parsed = JsonDocument.Parse(schema);
        return SchemaInstance.Of(parsed.RootElement)?.ToJsonString() ?? "null";
    }
}
