using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace PromptGateway.Tests.Prompts;

public sealed class TransformTests
{
    private static readonly PolicyRunner Runner = new(TimeProvider.System);
    private static readonly PromptTarget Uncached = new() { CachedPrice = 1, NewPrice = 1 };

    [Fact]
    public void JsonCompact_PrettyJson_KeepsLexemes() =>
        Optimize(
                "{\n  \"n\" : 1.0,\n  \"big\" : 12345678901234567890,\n  \"s\" : \"a  b\\/\\u00e9\",\n  \"l\" : [ 1E+5 , null ]\n}\n",
                BuiltInPolicies.Safe
            )
            .ShouldBe("{\"n\":1.0,\"big\":12345678901234567890,\"s\":\"a  b\\/\\u00e9\",\"l\":[1E+5,null]}");

    [Fact]
    public void JsonTable_UniformArray_BecomesHeaderAndRows() =>
        Optimize(
                """
                {"total":3,"items":[
                 {"id":1,"name":"Ada","at":"2024-01-02","user":{"login":"a","admin":true},"state":"open"},
                 {"id":2,"name":"Bo, Jr","user":{"login":"b","admin":false},"state":"open"},
                 {"id":3,"name":"12","at":"","user":{"login":"c","admin":true},"state":"open"}, null, {"id":4,"name":"D","at":"x","user":{"login":"d","admin":true},"state":"open"}]}
                """,
                BuiltInPolicies.Lossless
            )
            .ShouldBe(
                """
                JSON with arrays as tables [{columns}:rows]
                {"total":3,"items":[{id,name,at,user{login,admin},state=open}:
                1,Ada,2024-01-02,a,true
                2,"Bo, Jr",,b,false
                3,"12","",c,true
                !null
                4,D,x,d,true
                ]}
                """
            );

    [Fact]
    public void JsonTable_StringsThatBeginAndEndAlike_StandInTheHeaderOnce() =>
        Optimize(
                """
                [{"url":"https://api.example.com/orders/7/items?v=4","at":"2026-03-01T09:30:00Z","n":null},
                 {"url":"https://api.example.com/orders/81/items?v=4","at":"2026-03-01T09:31:07Z","n":1},
                 {"url":null,"at":"2026-03-01T10:02:00Z","n":2},
                 {"url":"https://api.example.com/orders/9/items?v=4","at":"2026-03-01T10:02:11Z","n":2},
                 {"url":"https://api.example.com/orders/a,b/items?v=4","at":"2026-03-01T11:00:59Z","n":3},
                 {"url":"https://api.example.com/orders/17/items?v=4","at":"2026-03-02T11:00:59Z","n":4}]
                """,
                BuiltInPolicies.Lossless
            )
            .ShouldBe(
                """
                JSON with arrays as tables [{columns}:rows], x=a{}b: cells stand for {}
                [{url=https://api.example.com/orders/{}/items?v=4,at=2026-03-{},n}:
                7,01T09:30:00Z,null
                81,01T09:31:07Z,1
                null,01T10:02:00Z,2
                9,01T10:02:11Z,2
                "https://api.example.com/orders/a,b/items?v=4",01T11:00:59Z,3
                17,02T11:00:59Z,4
                ]
                """
            );

    [Fact]
    public void JsonTable_ObjectThatIsNullNowAndThen_BecomesColumns() =>
        Optimize(
                """
                [{"id":1,"assignee":{"login":"ada","admin":true,"team":"red"},"n":1},{"id":2,"assignee":null,"n":2},{"id":3,"n":3},
                 {"id":4,"assignee":{"login":"bo","admin":false,"team":"blue"},"n":4},{"id":5,"assignee":{"login":"cy","admin":true,"team":"red"},"n":5}]
                """,
                BuiltInPolicies.Lossless
            )
            .ShouldBe(
                """
                JSON with arrays as tables [{columns}:rows]
                [{id,assignee?{login,admin,team},n}:
                1,ada,true,red,1
                2,null,,,2
                3,,,,3
                4,bo,false,blue,4
                5,cy,true,red,5
                ]
                """
            );

    [Fact]
    public void JsonTable_MembersThatAreObjectsAlike_BecomeNamedRows() =>
        Optimize(
                """
                {"total":4,"services":{"checkout":{"enabled":true,"limit":50,"owner":"Frances, Ada"},"search api":{"enabled":false,"limit":7,"owner":"Vint"},
                 "default":"checkout, mostly","billing":{"enabled":true,"limit":95,"owner":"Radia"},"mail":{"enabled":true,"limit":95,"owner":"Tim"},
                 "chat":{"enabled":false,"limit":12,"owner":"Grace"}}}
                """,
                BuiltInPolicies.Lossless
            )
            .ShouldBe(
                """
                JSON with arrays as tables [{columns}:rows], {{columns}:name:row}
                {"total":4,"services":{{enabled,limit,owner}:
                checkout:true,50,"Frances, Ada"
                "search api":false,7,Vint
                default=checkout, mostly
                billing:true,95,Radia
                mail:true,95,Tim
                chat:false,12,Grace
                }}
                """
            );

    /// <summary>Two objects of thousands of members among thousands of other rows: a cell for each member in each row would be 100 MB.</summary>
    [Fact]
    public void JsonTable_FewObjectsOfManyMembers_TakeMemoryByTheirOwnSize()
    {
        var members = string.Join(',', Enumerable.Range(0, 3000).Select(index => $"\"m{index}\":1"));
        var others = string.Join(',', Enumerable.Range(0, 5000).Select(index => $"\"k{index}\":0"));
        var text = "{" + others + ",\"a\":{\"g\":{\"n\":1," + members + "}},\"b\":{\"g\":{\"n\":2," + members + "}}}";
        var before = GC.GetAllocatedBytesForCurrentThread();

        Optimize(text, BuiltInPolicies.Lossless);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(32 << 20);
    }

    [Fact]
    public void LogFold_LinesOfOneForm_BecomeRows()
    {
        var lines = Enumerable.Range(10, 20).Select(n => $"2024-01-02T03:04:{n}.123Z INFO [worker-{n % 3}] Processed id={n * 7} in 5ms");
        var folded = Optimize(string.Join('\n', lines) + "\n1 done\n", BuiltInPolicies.Lossless).Split('\n');
        folded[1].ShouldBe("1=2024-01-02T03:04:{}.123Z INFO [worker-{}] Processed id={} in 5ms");
        folded[2].ShouldBe("1 10 1 70");
        folded[^2].ShouldBe("\\1 done");
    }

    [Fact]
    public void Whitespace_TerminalOutput_KeepsWhatIsSeen() =>
        Optimize(
                "\u001b[32mok\u001b[0m   \r\n\n\n\nDownloading 10%\rDownloading 55%\rDownloading 100%\nthe end of the whole story\n",
                BuiltInPolicies.Safe
            )
            .ShouldBe("ok\n\nDownloading 100%\nthe end of the whole story\n");

    [Fact]
    public void Whitespace_SourceCode_IsLeftAlone()
    {
        var code = "using System;   \n\n\n\nclass A {   \n    int x;  \n}\n// this is the end of the file of the class A\n";
        Optimize(code, BuiltInPolicies.Safe).ShouldBe(code);
    }

    [Fact]
    public void RepeatReference_FileReadTwice_RefersToTheFirst()
    {
        var file = string.Join('\n', Enumerable.Range(1, 40).Select(n => $"def function_{(char)('a' + n % 26)}{n}(): return {n}"));
        var body = new JsonObject
        {
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "tool", ["content"] = file },
                new JsonObject { ["role"] = "tool", ["content"] = "new first line\n" + file }
            ),
        };
        var after = Optimize(body, BuiltInPolicies.Lossless);
        after[0].ShouldBe(file);
        after[1]
            .ShouldBe(
                "new first line\n[= lines 1-40 of tool result 1, \"def function_b1(): return 1\" to \"def function_o40(): return 40\"]"
            );
    }

    [Fact]
    public void MaskOldToolOutput_ManySteps_MasksInStrides()
    {
        var messages = new JsonArray();
        for (var step = 1; step <= 25; step++)
        {
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = "next" });
            messages.Add(new JsonObject { ["role"] = "tool", ["content"] = $"result {step}\n" + new string('x', 300) });
        }
        var after = Optimize(
                new JsonObject { ["messages"] = messages },
                new OptimizationPolicy("mask", [new MaskOldToolOutputTransform()]),
                Uncached
            )
            .Where(text => text != "next")
            .ToList();
        after.Count(text => text.StartsWith("[left out: tool result of 2 lines, ", StringComparison.Ordinal)).ShouldBe(10);
        after[10].ShouldStartWith("result 11");
    }

    /// <summary>Each level makes a reader go through what is below it once more; the levels are bounded, and all of it comes back.</summary>
    [Fact]
    public void JsonTable_TablesThatAreConstantsOfTables_AreNestedFourDeepAtMost()
    {
        var json = """[{"name":"first","size":1},{"name":"second","size":2}]""";
        for (var level = 0; level < 10; level++)
            json = $$"""[{"level":{{level}},"same":{{json}},"row":1},{"level":{{level}},"same":{{json}},"row":2}]""";

        var after = Optimize(json, BuiltInPolicies.Lossless);

        after.ShouldStartWith("JSON with arrays as tables");
        after.Split("[{level=").Length.ShouldBe(1 + 4);
        using var restored = new TextBuffer();
        JsonTableReader.TryDecode(Encoding.UTF8.GetBytes(after), restored).ShouldBeTrue();
        Encoding.UTF8.GetString(restored.Text).ShouldBe(json);
    }

    private static string Optimize(string result, OptimizationPolicy policy) =>
        Optimize(new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "tool", ["content"] = result }) }, policy)[0];

    private static List<string> Optimize(JsonObject body, OptimizationPolicy policy, PromptTarget? target = null)
    {
        using var result = Runner.Run(
            Encoding.UTF8.GetBytes(body.ToJsonString()),
            RequestFormat.ChatCompletions,
            policy with
            {
                TimeBudget = TimeSpan.FromMinutes(1),
                CacheableTokens = 0,
            },
            target
        );
        return [.. JsonNode.Parse(result.Body.ToArray())!["messages"]!.AsArray().Select(message => (string)message!["content"]!)];
    }
}
