using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class JsonObjectEditTests
{
    private static readonly string[] Names = ["model", "stream", "stream_options", "max_tokens", "messages", "n"];

    [Theory]
    [InlineData("{}", "", "{\"x\":1}")]
    [InlineData("{ }", "", "{ \"x\":1}")]
    [InlineData("{\"a\":1}", "", "{\"a\":1,\"x\":1}")]
    [InlineData("{\"a\":1 }", "", "{\"a\":1,\"x\":1 }")]
    [InlineData("{ \"a\":1 }", "a", "{ \"x\":1 }")]
    [InlineData("{\"a\":1,\"b\":2}", "a", "{\"b\":2,\"x\":1}")]
    [InlineData("{\"a\":1, \"b\":2 }", "b", "{\"a\":1,\"x\":1 }")]
    [InlineData("{\"a\":1,\"b\":2,\"c\":3}", "b", "{\"a\":1,\"c\":3,\"x\":1}")]
    [InlineData("{\"a\":1,\"b\":2,\"c\":3}", "bc", "{\"a\":1,\"x\":1}")]
    [InlineData("{\"a\":1,\"b\":2,\"c\":3}", "ac", "{\"b\":2,\"x\":1}")]
    [InlineData("{\"a\":1,\"b\":2,\"c\":3}", "cba", "{\"x\":1}")]
    public void ApplyTo_RemovedAndAppended_KeepsCommasRight(string json, string removed, string expected)
    {
        Edited(json, removed, append: true).ShouldBe(expected);
        Edited(json, removed, append: false).ShouldBe(expected.Replace(",\"x\":1", "").Replace("\"x\":1", ""));
    }

    [Fact]
    public void ApplyTo_ReplacedValue_LeavesAllOtherBytes()
    {
        var json = "{ \"n\":1e400 , \"model\" : \"fast\",\"z\":12345678901234567890}";
        Edit(json, (edit, members, utf8) => edit.Replace(members.IndexOf(utf8, "model"u8), "\"gpt\""u8.ToArray()))
            .ShouldBe("{ \"n\":1e400 , \"model\" : \"gpt\",\"z\":12345678901234567890}");
    }

    [Fact]
    public void ApplyTo_ReplacedAndRemoved_Removes()
    {
        Edit(
                "{\"a\":1,\"b\":2}",
                (edit, _, _) =>
                {
                    edit.Replace(1, "3"u8.ToArray());
                    edit.Remove(1);
                    edit.Remove(1);
                }
            )
            .ShouldBe("{\"a\":1}");
    }

    [Fact]
    public void ApplyTo_NestedObject_EditsInsideTheDocument()
    {
        var json = "{\"a\":1,\"stream_options\":{ \"include_obfuscation\":false },\"b\":2}"u8.ToArray();
        using var members = JsonMemberList.Rent();
        using var nested = JsonMemberList.Rent();
        JsonObjectScan.Scan(json, members);
        var edit = new JsonObjectEdit(JsonObjectScan.ScanNested(json, members[1], nested), nested);
        edit.Append("\"include_usage\":true"u8.ToArray());
        var splice = new JsonSplice(json);
        edit.ApplyTo(splice);
        Encoding
            .UTF8.GetString(splice.ToArray())
            .ShouldBe("{\"a\":1,\"stream_options\":{ \"include_obfuscation\":false,\"include_usage\":true },\"b\":2}");
    }

    [Fact]
    public void ApplyTo_RandomObjectAndEdits_EqualsDomEditAndKeepsOtherBytes() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var json = Encoding.UTF8.GetBytes(RandomJson.Object(seed, Names));
            using var members = JsonMemberList.Rent();
            var edit = new JsonObjectEdit(JsonObjectScan.Scan(json, members), members);
            var dom = JsonNode.Parse(json)!.AsObject();
            var kept = EditBoth(random, json, members, edit, dom);
            var splice = new JsonSplice(json);
            edit.ApplyTo(splice);
            var result = splice.ToArray();

            JsonOracle.Read(result).ShouldNotBeNull();
            JsonNode.DeepEquals(JsonNode.Parse(result), dom).ShouldBeTrue();
            ShouldKeep(json, result, members, kept);
        });

    /// <summary>Edits the text and the tree the same way; gives the indexes of members that were not touched.</summary>
    private static List<int> EditBoth(Random random, byte[] json, JsonMemberList members, JsonObjectEdit edit, JsonObject dom)
    {
        var kept = new List<int>();
        for (var i = 0; i < members.Count; i++)
        {
            var name = JsonValueRead.DecodeString(members[i].RawName(json));
            switch (random.Next(3))
            {
                case 0:
                    edit.Remove(i);
                    dom.Remove(name);
                    break;
                case 1:
                    edit.Replace(i, JsonStringLiteral.Encode(name));
                    dom[name] = name;
                    break;
                default:
                    kept.Add(i);
                    break;
            }
        }
        for (var i = random.Next(3); i > 0; i--)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"new\"{i}");
            edit.Append(Encoding.UTF8.GetBytes($"{JsonSerializer.Serialize(name)}:[{i}]"));
            dom[name] = new JsonArray(i);
        }
        return kept;
    }

    /// <summary>Untouched members, names and values as written, are in the result in their order; so is all around the object.</summary>
    private static void ShouldKeep(byte[] json, byte[] result, JsonMemberList members, List<int> kept)
    {
        var at = 0;
        foreach (var index in kept)
        {
            var member = members[index];
            var found = result.AsSpan(at).IndexOf(json.AsSpan(member.NameStart, member.ValueEnd - member.NameStart));
            found.ShouldBeGreaterThanOrEqualTo(0);
            at += found + member.ValueEnd - member.NameStart;
        }
        var open = json.AsSpan().IndexOf((byte)'{') + 1;
        result.AsSpan(0, open).SequenceEqual(json.AsSpan(0, open)).ShouldBeTrue();
        var close = json.Length - json.AsSpan().LastIndexOf((byte)'}');
        result.AsSpan(result.Length - close).SequenceEqual(json.AsSpan(json.Length - close)).ShouldBeTrue();
    }

    private static string Edited(string json, string removed, bool append) =>
        Edit(
            json,
            (edit, members, utf8) =>
            {
                foreach (var name in removed)
                    edit.Remove(members.IndexOf(utf8, [(byte)name]));
                if (append)
                    edit.Append("\"x\":1"u8.ToArray());
            }
        );

    private static string Edit(string json, Action<JsonObjectEdit, JsonMemberList, byte[]> change)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        using var members = JsonMemberList.Rent();
        var edit = new JsonObjectEdit(JsonObjectScan.Scan(utf8, members), members);
        change(edit, members, utf8);
        var splice = new JsonSplice(utf8);
        edit.ApplyTo(splice);
        return Encoding.UTF8.GetString(splice.ToArray());
    }
}
