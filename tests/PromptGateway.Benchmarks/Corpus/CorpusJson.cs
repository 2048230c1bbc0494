using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>JSON as tools return it: pages of an API with nested objects and links, database rows, single records, search hits.</summary>
internal static class CorpusJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Api(CorpusWords words)
    {
        var items = new JsonArray();
        for (var count = 5 + words.Below(30); count > 0; count--)
            items.Add(Issue(words));
        return Write(
            words,
            new JsonObject
            {
                ["total_count"] = items.Count + 100,
                ["incomplete_results"] = false,
                ["items"] = items,
            }
        );
    }

    public static string Rows(CorpusWords words)
    {
        var rows = new JsonArray();
        var time = new DateTime(2026, 3, 1);
        for (var count = 10 + words.Below(90); count > 0; count--)
            rows.Add(
                new JsonObject
                {
                    ["id"] = 1000 + rows.Count,
                    ["customer_id"] = words.Below(9000),
                    ["status"] = words.Pick(["paid", "open", "cancelled"]),
                    ["total"] = words.Below(100000) / 100m,
                    ["currency"] = "EUR",
                    ["created_at"] = words.Stamp(ref time, 9000000),
                    ["email"] = $"{words.Name}.{words.Noun}@example.com",
                    ["note"] = words.Below(4) == 0 ? words.Sentence(6) : null,
                }
            );
        return Write(words, rows);
    }

    /// <summary>One record with nested settings: no array to speak of.</summary>
    public static string Record(CorpusWords words)
    {
        var settings = new JsonObject();
        for (var count = 10 + words.Below(20); count > 0; count--)
            settings[$"{words.Noun}_{words.Verb}_{count}"] = words.Below(3) switch
            {
                0 => words.Below(5000),
                1 => words.Sentence(5),
                _ => new JsonObject
                {
                    ["enabled"] = words.Below(2) == 0,
                    ["limit"] = words.Below(100),
                    ["owner"] = words.Name,
                },
            };
        return Write(
            words,
            new JsonObject
            {
                ["id"] = words.Uuid(),
                ["user"] = User(words),
                ["settings"] = settings,
                ["summary"] = words.Sentence(40),
            }
        );
    }

    private static JsonObject Issue(CorpusWords words)
    {
        var number = words.Below(9000);
        var time = new DateTime(2026, 5, 1).AddMinutes(words.Below(100000));
        return new JsonObject
        {
            ["url"] = $"https://api.example.com/repos/acme/shop/issues/{number}",
            ["id"] = 1_900_000_000 + words.Below(90_000_000),
            ["number"] = number,
            ["title"] = words.Sentence(7),
            ["user"] = User(words),
            ["labels"] = new JsonArray([
                .. Enumerable
                    .Range(0, words.Below(3))
                    .Select(_ => new JsonObject
                    {
                        ["id"] = words.Below(99999),
                        ["name"] = words.Noun,
                        ["color"] = words.Hex(6),
                    }),
            ]),
            ["state"] = words.Pick(["open", "closed"]),
            ["assignee"] = words.Below(2) == 0 ? null : User(words),
            ["comments"] = words.Below(40),
            ["created_at"] = words.Stamp(ref time, 1000),
            ["body"] = words.Sentence(12 + words.Below(60)),
        };
    }

    private static JsonObject User(CorpusWords words)
    {
        var login = words.Name.ToLowerInvariant() + words.Below(100);
        return new JsonObject
        {
            ["login"] = login,
            ["id"] = words.Below(9_000_000),
            ["avatar_url"] = $"https://avatars.example.com/u/{words.Below(9_000_000)}?v=4",
            ["type"] = "User",
            ["site_admin"] = false,
        };
    }

    /// <summary>Half of the tools indent what they print.</summary>
    private static string Write(CorpusWords words, JsonNode json) =>
        words.Below(2) == 0 ? json.ToJsonString(Indented) : json.ToJsonString();
}
