using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace PromptGateway.Tests.Gateway;

/// <summary>What tests ask the admin API of a gateway for.</summary>
internal static class AdminCalls
{
    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <param name="gateway">Which gateway.</param>
    /// <param name="fields">Members of the key after its name, starting with a comma.</param>
    /// <param name="name">Name of the key.</param>
    public static async Task<(string Id, HttpClient Client)> NewKeyAsync(TestGateway gateway, string fields = "", string name = "app")
    {
        var answer = await gateway.Management.PostAsync("/admin/keys", Json($$"""{"name":"{{name}}"{{fields}}}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var key = await answer.Content.ReadFromJsonAsync<JsonObject>();
        return (key!["id"]!.GetValue<string>(), gateway.NewClient(key["key"]!.GetValue<string>()));
    }

    /// <summary>State of a key's budgets.</summary>
    public static async Task<JsonArray> BudgetsAsync(TestGateway gateway, string keyId) =>
        (await gateway.Management.GetFromJsonAsync<JsonObject>("/admin/keys/" + keyId))!["budget_state"]!.AsArray();

    public static async Task<string> MetricsAsync(TestGateway gateway) => await gateway.Management.GetStringAsync("/metrics");

    public static async Task<JsonNode> ErrorAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
}
