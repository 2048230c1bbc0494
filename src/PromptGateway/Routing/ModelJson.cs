using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Chat;

namespace PromptGateway.Routing;

/// <summary>Model lists as OpenAI and Anthropic write them.</summary>
internal static class ModelJson
{
    public static readonly JsonSerializerOptions Options = JsonSerializerOptions.Default;

    /// <summary>Models have no date of their own here; the API wants one.</summary>
    private const long Created = 1_735_689_600;

    public static JsonObject List(IReadOnlyList<ListedModel> models, Dialect dialect)
    {
        var data = new JsonArray([.. models.Select(m => One(m, dialect))]);
        return dialect == Dialect.Anthropic
            ? new JsonObject
            {
                ["data"] = data,
                ["has_more"] = false,
                ["first_id"] = models.Count > 0 ? models[0].Name : null,
                ["last_id"] = models.Count > 0 ? models[^1].Name : null,
            }
            : new JsonObject { ["object"] = "list", ["data"] = data };
    }

    public static JsonObject One(ListedModel model, Dialect dialect) =>
        dialect == Dialect.Anthropic
            ? new JsonObject
            {
                ["type"] = "model",
                ["id"] = model.Name,
                ["display_name"] = model.Name,
                ["created_at"] = DateTimeOffset.FromUnixTimeSeconds(Created).ToString("O"),
            }
            : new JsonObject
            {
                ["id"] = model.Name,
                ["object"] = "model",
                ["created"] = Created,
                ["owned_by"] = model.Upstream.Provider.Name,
            };
}
