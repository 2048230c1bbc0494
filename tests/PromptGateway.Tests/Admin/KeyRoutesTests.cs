using System.Text.Json;
using Microsoft.Extensions.Logging;
using PromptGateway.Admin;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Admin;

public sealed class KeyRoutesTests : IAsyncLifetime
{
    private const string Documented = """
        {"name":"app","team":"search","models":["gpt-4o*"],"expires_at":"2127-01-01T00:00:00Z","policy":"lossless",
         "limits":[{"requests":3500,"per":"minute"},{"tokens":90000,"per":"minute"},{"concurrent":16}],
         "budgets":[{"usd":10.0,"per":"month","mode":"strict"}],"metadata":{"env":"prod"}}
        """;
    private RunningAdmin _admin = null!;

    public async Task InitializeAsync() => _admin = await RunningAdmin.StartAsync();

    public async Task DisposeAsync() => await _admin.DisposeAsync();

    private async Task<(string Id, string Secret)> CreateAsync(string json = """{"name":"app"}""")
    {
        var (status, body) = await _admin.PostAsync("/admin/keys", json);
        status.ShouldBe(201);
        return (body.GetProperty("id").GetString()!, body.GetProperty("key").GetString()!);
    }

    [Fact]
    public async Task Create_DocumentedBody_GivesTheDocumentedAnswerAndAWorkingKey()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/keys")
        {
            Content = new StringContent(Documented, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        using var response = await _admin.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(201);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var key = body.RootElement;

        response.Headers.Location!.ToString().ShouldBe("/admin/keys/" + key.GetProperty("id").GetString());
        key.GetProperty("id").GetString().ShouldStartWith("key_");
        key.GetProperty("key").GetString().ShouldStartWith("pg-");
        key.GetProperty("status").GetString().ShouldBe("active");
        using var sent = JsonDocument.Parse(Documented);
        foreach (var member in sent.RootElement.EnumerateObject())
            JsonElement.DeepEquals(key.GetProperty(member.Name), member.Value).ShouldBeTrue(member.Name);
        _admin.Ring.Find(key.GetProperty("key").GetString()).Status.ShouldBe(KeyStatus.Found);
    }

    /// <summary>GHSA-69x8-hrgq-fjj8, field report 117: what the API shows can never be used as a key.</summary>
    [Fact]
    public async Task AnyRead_OfAKey_HoldsNeitherSecretNorHash()
    {
        var (id, secret) = await CreateAsync();
        var hash = KeyHash.Of(secret).ToArray();
        foreach (var path in (string[])["/admin/keys", $"/admin/keys/{id}", "/admin/usage", "/admin/openapi.json"])
        {
            var text = await _admin.Client.GetStringAsync(path);
            text.ShouldNotContain(secret);
            text.ShouldNotContain(Convert.ToHexString(hash), Case.Insensitive);
            text.ShouldNotContain(Convert.ToBase64String(hash));
        }
        (await _admin.GetAsync($"/admin/keys/{id}")).Body.TryGetProperty("key", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Create_ManyFaults_NamesEachField()
    {
        var (status, body) = await _admin.PostAsync(
            "/admin/keys",
            """{"limits":[{"requests":-5,"per":"year"}],"budgets":[{}],"expires_at":"2020-01-01"}"""
        );

        status.ShouldBe(400);
        body.GetProperty("errors")
            .EnumerateObject()
            .Select(error => error.Name)
            .Order()
            .ShouldBe(["budgets[0]", "expires_at", "limits[0]", "limits[0].per", "name"]);
    }

    [Theory]
    [InlineData("""{"name":"app","nmae":"typo"}""", "nmae")]
    [InlineData("""{"name":"app","limits":[{"request":1,"per":"minute"}]}""", "limits[0].request")]
    [InlineData("""{"name":5}""", "name")]
    [InlineData("""{"name":"app","limits":[{"requests":"5","per":"minute"}]}""", "limits[0].requests")]
    [InlineData("""{"name":"app","limits":[{"requests":1e400,"per":"minute"}]}""", "limits[0].requests")]
    [InlineData("""{"name":"app","expires_at":"tomorrow"}""", "expires_at")]
    [InlineData("""{"name":"app","expires_at":"01/02/2127"}""", "expires_at")]
    [InlineData("""{"name":"app","metadata":{"a":1}}""", "metadata")]
    [InlineData("""{"name":"a","name":"b"}""", "name")]
    [InlineData("""{"Name":"a"}""", "Name")]
    [InlineData("""[]""", "object")]
    [InlineData("""{"name":"app" """, "")]
    [InlineData("""not json""", "")]
    [InlineData("", "JSON body")]
    public async Task Create_UnreadableBody_IsA400ThatSaysWhere(string json, string part)
    {
        var (status, body) = await _admin.PostAsync("/admin/keys", json);

        status.ShouldBe(400);
        body.GetProperty("detail").GetString()!.ShouldContain(part);
        (await _admin.GetAsync("/admin/keys")).Body.GetProperty("total").GetInt32().ShouldBe(1, "only the first key is there");
    }

    [Theory]
    [InlineData("""{"nam":"x"}""", "nam: there is no such member; known are budgets, expires_at,")]
    [InlineData("""{"name":5}""", "name: must be a text in quotes.")]
    [InlineData("""{"name":"x","models":"gpt"}""", "models: must be a list.")]
    [InlineData("""{"name":"x","metadata":[]}""", "metadata: must be an object.")]
    [InlineData("""{"name":"x","limits":[{"requests":"many"}]}""", "limits[0].requests: must be a whole number")]
    [InlineData("""{"name":"x","limits":[5]}""", "limits[0]: must be an object.")]
    [InlineData("""{"name":"x","limits":[{"request":5}]}""", "limits[0].request: there is no such member; /admin/openapi.json")]
    [InlineData("""{"name":"x","budgets":[{"usd":"ten"}]}""", "budgets[0].usd: must be a number")]
    [InlineData("""{"name":"x","budgets":[{"stop_streams":"yes"}]}""", "budgets[0].stop_streams: must be true or false")]
    [InlineData("""{"name":"x","expires_at":"tomorrow"}""", "expires_at: is not an ISO 8601 time")]
    [InlineData("{", "cannot be read: ")]
    public async Task Create_WrongMember_IsToldInWordsOfJson(string json, string words)
    {
        var (_, body) = await _admin.PostAsync("/admin/keys", json);

        var detail = body.GetProperty("detail").GetString()!;
        detail.ShouldContain(words);
        detail.ShouldNotContain("System.");
        detail.ShouldNotContain("PromptGateway.");
        detail.ShouldNotContain("LineNumber");
    }

    [Fact]
    public async Task Create_BodyInBrokenUtf8_IsA400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/keys");
        request.Content = new ByteArrayContent([.. "{\"name\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        request.Content.Headers.ContentType = new("application/json");

        (await _admin.SendAsync(request)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Create_NestedDeeply_IsA400() =>
        (await _admin.PostAsync("/admin/keys", string.Concat(Enumerable.Repeat("{\"a\":", 1000)))).Status.ShouldBe(400);

    [Fact]
    public async Task Create_OtherContentType_IsA415()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/keys") { Content = new StringContent("""{"name":"app"}""") };

        (await _admin.SendAsync(request)).Status.ShouldBe(415);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Create_BodyOverTheLimit_IsA413(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/keys");
        request.Content = new StringContent(
            $$"""{"name":"{{new string('x', JsonBody.MaxBytes)}}"}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        request.Headers.TransferEncodingChunked = chunked;

        (await _admin.SendAsync(request)).Status.ShouldBe(413);
    }

    [Fact]
    public async Task Create_BodyJustWithinTheLimit_IsRead()
    {
        const string Start = """{"name":"app","owner":" """;
        var json = Start + new string(' ', JsonBody.MaxBytes - Start.Length - 2) + "\"}";
        json.Length.ShouldBe(JsonBody.MaxBytes);

        (await _admin.PostAsync("/admin/keys", json)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Patch_SomeFields_LeavesTheOthersAndNullClears()
    {
        var (id, secret) = await CreateAsync(Documented);
        var (status, body) = await _admin.PatchAsync(
            $"/admin/keys/{id}",
            """{"name":"renamed","team":null,"limits":null,"models":["o3"]}"""
        );

        status.ShouldBe(200);
        body.GetProperty("name").GetString().ShouldBe("renamed");
        body.GetProperty("team").ValueKind.ShouldBe(JsonValueKind.Null);
        body.GetProperty("limits").GetArrayLength().ShouldBe(0);
        body.GetProperty("budgets").GetArrayLength().ShouldBe(1);
        body.GetProperty("metadata").GetProperty("env").GetString().ShouldBe("prod");
        body.TryGetProperty("key", out _).ShouldBeFalse();
        _admin.Ring.Find(secret).Caller!.Models!.Allows("gpt-4o").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"models":["a b"]}""")]
    [InlineData("""{"id":"key_other"}""")]
    [InlineData("""{"hash":"00"}""")]
    public async Task Patch_WhatMayNotBe_IsA400AndChangesNothing(string json)
    {
        var (id, _) = await CreateAsync(Documented);
        var before = await _admin.Client.GetStringAsync($"/admin/keys/{id}");

        (await _admin.PatchAsync($"/admin/keys/{id}", json)).Status.ShouldBe(400);

        (await _admin.Client.GetStringAsync($"/admin/keys/{id}")).ShouldBe(before);
    }

    [Fact]
    public async Task Rotate_WithGrace_GivesANewSecretAndKeepsTheOldOne()
    {
        var (id, secret) = await CreateAsync();
        var (status, body) = await _admin.PostAsync($"/admin/keys/{id}/rotate", """{"grace_seconds":60}""");

        status.ShouldBe(200);
        var next = body.GetProperty("key").GetString();
        next.ShouldNotBe(secret);
        body.GetProperty("previous_key_expires_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        (_admin.Ring.Find(secret).Status, _admin.Ring.Find(next).Status).ShouldBe((KeyStatus.Found, KeyStatus.Found));
    }

    [Fact]
    public async Task Rotate_WithoutBodyOrGrace_IsAllowed()
    {
        var (id, first) = await CreateAsync();
        var second = (await _admin.PostAsync($"/admin/keys/{id}/rotate")).Body.GetProperty("key").GetString();
        _admin.Ring.Find(first).Status.ShouldBe(KeyStatus.Found, "an hour's grace is the standard");

        (await _admin.PostAsync($"/admin/keys/{id}/rotate", """{"grace_seconds":0}""")).Status.ShouldBe(200);
        (_admin.Ring.Find(first).Status, _admin.Ring.Find(second).Status).ShouldBe((KeyStatus.Unknown, KeyStatus.Unknown));
    }

    [Theory]
    [InlineData("""{"grace_seconds":-1}""")]
    [InlineData("""{"grace_seconds":2592001}""")]
    [InlineData("""{"grace_seconds":1.5}""")]
    [InlineData("""{"grace":1}""")]
    public async Task Rotate_GraceThatMakesNoSense_IsA400(string json)
    {
        var (id, _) = await CreateAsync();
        (await _admin.PostAsync($"/admin/keys/{id}/rotate", json)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Revoke_Key_EndsItAtOnceAndShowsIt()
    {
        var (id, secret) = await CreateAsync();
        var (status, body) = await _admin.PostAsync($"/admin/keys/{id}/revoke");

        (status, body.GetProperty("status").GetString()).ShouldBe((200, "revoked"));
        _admin.Ring.Find(secret).Status.ShouldBe(KeyStatus.Revoked);
        (await _admin.PostAsync($"/admin/keys/{id}/rotate")).Status.ShouldBe(409);
    }

    [Fact]
    public async Task Delete_Key_EndsItAtOnceAndForgetsIt()
    {
        var (id, secret) = await CreateAsync();

        (await _admin.DeleteAsync($"/admin/keys/{id}")).Status.ShouldBe(204);

        _admin.Ring.Find(secret).Status.ShouldBe(KeyStatus.Unknown);
        (await _admin.GetAsync($"/admin/keys/{id}")).Status.ShouldBe(404);
        (await _admin.DeleteAsync($"/admin/keys/{id}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task AnyRoute_UnknownKey_IsA404()
    {
        (await _admin.GetAsync("/admin/keys/key_none")).Status.ShouldBe(404);
        (await _admin.PatchAsync("/admin/keys/key_none", """{"name":"x"}""")).Status.ShouldBe(404);
        (await _admin.DeleteAsync("/admin/keys/' OR 1=1 --")).Status.ShouldBe(404);
        (await _admin.PostAsync("/admin/keys/key_none/rotate")).Status.ShouldBe(404);
        (await _admin.PostAsync("/admin/keys/key_none/revoke")).Status.ShouldBe(404);
        (await _admin.PostAsync("/admin/nothing")).Status.ShouldBe(404);
        (await _admin.DeleteAsync("/admin/keys")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task List_ManyKeys_FiltersAndPages()
    {
        for (var i = 0; i < 5; i++)
            await CreateAsync($$"""{"name":"k{{i}}","team":"t{{i % 2}}"}""");
        var (revoked, _) = await CreateAsync();
        await _admin.PostAsync($"/admin/keys/{revoked}/revoke");

        async Task<string[]> Names(string query)
        {
            var (status, body) = await _admin.GetAsync("/admin/keys" + query);
            status.ShouldBe(200);
            return [.. body.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("name").GetString()!)];
        }
        (await Names("?team=t0")).ShouldBe(["k0", "k2", "k4"]);
        (await Names("?status=revoked")).ShouldBe(["app"]);
        (await Names("?offset=1&limit=2")).ShouldBe(["k0", "k1"]);
        (await _admin.GetAsync("/admin/keys?limit=1")).Body.GetProperty("total").GetInt32().ShouldBe(7);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=10001")]
    [InlineData("?offset=-1")]
    [InlineData("?limit=1&limit=2")]
    [InlineData("?status=gone")]
    [InlineData("?tema=x")]
    [InlineData("?team=")]
    public async Task List_QueryThatMakesNoSense_IsA400(string query) =>
        (await _admin.GetAsync("/admin/keys" + query)).Status.ShouldBe(400);

    [Fact]
    public async Task AnyChange_Key_LeavesOneAuditLineEach()
    {
        var (id, _) = await CreateAsync();
        await _admin.PatchAsync($"/admin/keys/{id}", """{"name":"new","team":"t"}""");
        await _admin.PostAsync($"/admin/keys/{id}/rotate");
        await _admin.PostAsync($"/admin/keys/{id}/revoke");
        await _admin.DeleteAsync($"/admin/keys/{id}");
        await _admin.GetAsync("/admin/keys");

        var lines = _admin.Log.Lines.Where(line => line.Category == AuditLog.Category).ToList();
        lines.ShouldAllBe(line => line.Level == LogLevel.Information && line.Text.Contains(id) && line.Text.Contains("127.0.0.1"));
        foreach (var (line, action) in lines.Zip((string[])["created", "updated", "rotated", "revoked", "deleted"]))
            line.Text.ShouldContain(action);
        lines.Count.ShouldBe(5);
        lines[1].Text.ShouldContain("name, team");
    }

    /// <summary>Field report 118: a secret must be in no log line, and nowhere in the database's files.</summary>
    [Fact]
    public async Task AnySecret_AfterAllRoutes_IsInNoLogAndNoFile()
    {
        var (id, first) = await CreateAsync(Documented);
        var second = (await _admin.PostAsync($"/admin/keys/{id}/rotate")).Body.GetProperty("key").GetString()!;
        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/admin/keys");
        wrong.Headers.Add("Authorization", "Bearer canary-9f3b7c1e5a-canary");
        await _admin.Client.SendAsync(wrong);
        string[] canaries = [first, second, _admin.Secrets.AdminKey!, _admin.Secrets.ApiKey!, "canary-9f3b7c1e5a-canary"];

        foreach (var canary in canaries)
        {
            _admin.Log.Lines.ShouldAllBe(line => !line.Text.Contains(canary));
            foreach (var file in Directory.GetFiles(_admin.DataDirectory))
                System.Text.Encoding.Latin1.GetString(await ReadSharedAsync(file)).ShouldNotContain(canary, customMessage: file);
        }
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        // Closing a descriptor of a SQLite file ends this process's locks on it, so a copy is read.
        var copy = file + ".copy";
        using (var process = System.Diagnostics.Process.Start("cp", [file, copy]))
            await process.WaitForExitAsync();
        return await File.ReadAllBytesAsync(copy);
    }
}
