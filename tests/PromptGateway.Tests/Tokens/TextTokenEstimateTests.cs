using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Tokens;

public sealed class TextTokenEstimateTests
{
    private const string English = """
        Thank you for the report. The nightly job failed because the disk of the second server was full, which also explains
        why the mail arrived late on 14 March. I have removed the old archives (about 230 GB) and started the job again; it
        finished without errors. To keep this from happening again, the retention period could be set to thirty days instead
        of ninety. Shall I change it, or would you rather talk to the finance department first? They may still need the files.
        """;

    private const string Code = """
        public async Task<Order?> FindOrderAsync(int orderId, CancellationToken cancellationToken)
        {
            if (orderId <= 0)
                throw new ArgumentOutOfRangeException(nameof(orderId), "An order's number is positive.");
            await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Order>("SELECT * FROM orders WHERE id = @orderId", new { orderId });
            return rows.FirstOrDefault(row => !row.IsDeleted && row.Total > 0.5m);
        }
        """;

    private const string Json = """
        {"orders":[{"id":10248,"customer":"Vineyard Ltd","shipped":true,"total":440.25,"tags":["wine","export"]},
        {"id":10249,"customer":"Harbour Foods","shipped":false,"total":1863.4,"tags":[],"created_at":"2026-03-14T09:12:44Z"}]}
        """;

    private const string Chinese = """
        感谢您的报告。昨天晚上的任务失败了，因为第二台服务器的磁盘已满，这也解释了为什么邮件迟到。我已经删除了旧的档案，并重新启动了任务，
        任务顺利完成。为了避免再次发生这种情况，可以把保留期限从九十天改为三十天。您希望我来修改，还是先与财务部门讨论一下？
        """;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData(English, 10)]
    [InlineData(Code, 15)]
    [InlineData(Json, 15)]
    [InlineData(Chinese, 20)]
    public void Tokens_OfAText_AreNearTheExactCount(string text, int percent)
    {
        var exact = Tokenizer.O200k.Count(text);
        var estimate = Estimate(text, chunkBytes: int.MaxValue);
        estimate.Tokens.ShouldBeInRange(exact * (100 - percent) / 100, exact * (100 + percent) / 100);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(100)]
    public void Tokens_OfATextInChunks_AreThoseOfTheWhole(int chunkBytes)
    {
        foreach (var text in new[] { English, Code, Json, Chinese })
            Estimate(text, chunkBytes).Tokens.ShouldBe(Estimate(text, int.MaxValue).Tokens);
    }

    [Fact]
    public void Tokens_OfManySmallChunks_AreAtLeastTheChunks()
    {
        var estimate = new TextTokenEstimate();
        for (var i = 0; i < 50; i++)
            estimate.Add("a"u8);
        estimate.Add([]);
        estimate.Tokens.ShouldBe(50);
    }

    /// <summary>Some writers escape quotes, angle brackets and more by their numbers.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tokens_OfAnEscapedText_AreThoseOfTheText(bool relaxed)
    {
        var raw = JsonSerializer.Serialize(Code, relaxed ? Relaxed : JsonSerializerOptions.Default);
        var estimate = new TextTokenEstimate();
        estimate.AddJsonString(Encoding.UTF8.GetBytes(raw[1..^1]));
        estimate.Tokens.ShouldBe(Estimate(Code, int.MaxValue).Tokens);
    }

    [Fact]
    public void Tokens_OfNoText_AreNone() => default(TextTokenEstimate).Tokens.ShouldBe(0);

    private static TextTokenEstimate Estimate(string text, int chunkBytes)
    {
        var estimate = new TextTokenEstimate();
        ReadOnlySpan<byte> utf8 = Encoding.UTF8.GetBytes(text);
        for (; utf8.Length > chunkBytes; utf8 = utf8[chunkBytes..])
            estimate.Add(utf8[..chunkBytes]);
        estimate.Add(utf8);
        return estimate;
    }
}
