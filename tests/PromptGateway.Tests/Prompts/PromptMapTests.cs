using System.Text;
using PromptGateway.Prompts.Map;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class PromptMapTests
{
    [Fact]
    public void TryRead_Chat_FindsEveryPartWhateverTheOrderOfMembers() =>
        Describe(
                """
                {"tools":[{"type":"function"}],"messages":[{"role":"system","content":"s"},{"content":"u","role":"user"},
                {"role":"assistant","content":null,"tool_calls":[{"id":"c1"}]},{"tool_call_id":"c1","content":"r","role":"tool"},
                {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"p"},{"type":"odd","text":"q"}]},
                {"role":"oracle","content":"x"},{"role":7,"content":"y"}]}
                """,
                RequestFormat.ChatCompletions
            )
            .ShouldBe([
                "ToolDefinition@-1 {\"type\":\"function\"}",
                "System@0 \"s\"",
                "User@1 \"u\"",
                "ToolCall@2 [{\"id\":\"c1\"}]",
                "ToolResult@3 \"r\" of \"c1\"",
                "ToolResult@4 \"p\" of \"c2\"",
                "Unknown@4 {\"type\":\"odd\",\"text\":\"q\"}",
                "Unknown@5 {\"role\":\"oracle\",\"content\":\"x\"}",
                "Unknown@6 {\"role\":7,\"content\":\"y\"}",
            ]);

    [Fact]
    public void TryRead_DocumentThatIsToBeCited_StaysWholeSinceCitationsCountItsCharacters() =>
        Describe(
                """
                {"messages":[{"role":"user","content":[
                {"type":"document","source":{"type":"text","data":"d"},"citations":{"enabled":true}},
                {"type":"document","source":{"type":"text","data":"e"},"citations":{"enabled":false}}]}]}
                """,
                RequestFormat.Messages
            )
            .ShouldBe([
                "Document@0 {\"type\":\"document\",\"source\":{\"type\":\"text\",\"data\":\"d\"},\"citations\":{\"enabled\":true}}",
                "Document@0 \"e\"",
            ]);

    [Fact]
    public void TryRead_Responses_FindsEveryPart() =>
        Describe(
                """
                {"instructions":"i","input":[{"role":"developer","content":"d"},{"type":"message","role":"user","content":[{"type":"input_text","text":"u"},{"type":"input_image","image_url":"x"}]},
                {"type":"function_call","call_id":"c1","arguments":"{}"},{"type":"function_call_output","output":"r","call_id":"c1"},
                {"type":"reasoning","summary":[]}]}
                """,
                RequestFormat.Responses
            )
            .ShouldBe([
                "System@-1 \"i\"",
                "Developer@0 \"d\"",
                "User@1 \"u\"",
                "Image@1 {\"type\":\"input_image\",\"image_url\":\"x\"}",
                "ToolCall@2 {\"type\":\"function_call\",\"call_id\":\"c1\",\"arguments\":\"{}\"}",
                "ToolResult@3 \"r\" of \"c1\"",
                "Unknown@4 {\"type\":\"reasoning\",\"summary\":[]}",
            ]);

    [Fact]
    public void TryRead_Messages_FindsEveryPart() =>
        Describe(
                """
                {"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[
                {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"z"},{"type":"tool_use","id":"c1","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","content":"r","tool_use_id":"c1"},
                {"type":"tool_result","tool_use_id":"c2","content":[{"type":"text","text":"p"},{"type":"image","source":{"type":"base64","data":"AA"}}]},
                {"type":"web_search_tool_result","tool_use_id":"c3","content":"w"},
                {"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"}},{"type":"text","text":"u"}]}]}
                """,
                RequestFormat.Messages
            )
            .ShouldBe([
                "System@-1 \"s\"",
                "Unknown@0 {\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"z\"}",
                "ToolCall@0 {\"type\":\"tool_use\",\"id\":\"c1\",\"input\":{}}",
                "ToolResult@1 \"r\" of \"c1\"",
                "ToolResult@1 \"p\" of \"c2\"",
                "Image@1 {\"type\":\"image\",\"source\":{\"type\":\"base64\",\"data\":\"AA\"}} of \"c2\"",
                "Unknown@1 {\"type\":\"web_search_tool_result\",\"tool_use_id\":\"c3\",\"content\":\"w\"}",
                "Document@1 \"d\"",
                "User@1 \"u\"",
            ]);

    [Theory]
    [InlineData("{\"messages\":[{\"role\":\"user\"}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"messages\":[],}")]
    public void TryRead_NotAnObject_IsRefused(string body)
    {
        using var map = PromptMap.Rent();
        map.TryRead(Encoding.UTF8.GetBytes(body), RequestFormat.ChatCompletions).ShouldBeFalse();
        map.Count.ShouldBe(0);
    }

    private static string[] Describe(string body, RequestFormat format)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        using var map = PromptMap.Rent();
        map.TryRead(utf8, format).ShouldBeTrue();
        var parts = new List<string>();
        foreach (var segment in map.Segments)
        {
            var call = segment.CallEnd > 0 ? " of " + Encoding.UTF8.GetString(utf8[segment.CallStart..segment.CallEnd]) : "";
            parts.Add($"{segment.Kind}@{segment.Message} {Encoding.UTF8.GetString(utf8[segment.Start..segment.End])}{call}");
        }
        return [.. parts];
    }
}
