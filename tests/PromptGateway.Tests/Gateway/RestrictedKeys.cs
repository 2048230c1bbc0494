using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Tests.Gateway;

/// <summary>Keys that may use some models only.</summary>
internal static class RestrictedKeys
{
    public static async Task<HttpClient> NewRestrictedClientAsync(this TestGateway gateway, params string[] models)
    {
        var answer = await gateway.Management.PostAsJsonAsync("/admin/keys", new { name = "restricted", models });
        answer.EnsureSuccessStatusCode();
        return gateway.NewClient((await answer.Content.ReadFromJsonAsync<JsonObject>())!["key"]!.GetValue<string>());
    }
}
