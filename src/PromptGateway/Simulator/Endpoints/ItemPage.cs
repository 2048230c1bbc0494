using System.Globalization;
using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>A list answer with <c>limit</c> (1 to 100, default 20) and <c>after</c>.</summary>
internal static class ItemPage
{
    public static JsonObject Of(IQueryCollection query, IEnumerable<JsonObject> items)
    {
        var limit = 20;
        if (
            query.TryGetValue("limit", out var asked)
            && !(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is > 0 and <= 100)
        )
            throw RefusedException.Invalid("limit", "expected a number from 1 to 100");
        if (query["after"].ToString() is { Length: > 0 } after)
            items = items.SkipWhile(item => (string?)item["id"] != after).Skip(1);
        var page = items.Take(limit + 1).ToArray();
        var shown = page.Take(limit).ToArray();
        return new()
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. shown.Select(item => item.DeepClone())]),
            ["first_id"] = shown.Length > 0 ? (string?)shown[0]["id"] : null,
            ["last_id"] = shown.Length > 0 ? (string?)shown[^1]["id"] : null,
            ["has_more"] = page.Length > limit,
        };
    }
}
