using System.Text;

namespace PromptGateway.Benchmarks.Tokens;

/// <summary>Texts of 100 KB that vary like real ones, made from word lists with a fixed seed.</summary>
internal static class SampleTexts
{
    private const int Bytes = 100_000;

    private static readonly string[] English = (
        "the of and to a in is that it was for on are as with his they at be this from I have or by one had not but what all were when "
        + "we there can an your which their said if do will each about how up out them then she many some so these would other into has "
        + "more her two like him see time could no make than first been its who now people my made over did down only way find use may "
        + "water long little very after words called just where most know government development information particularly temperature "
        + "customer invoice retention archive quarterly shipment Wellington Schmidt unpredictable reconfiguration photosynthesis"
    ).Split(' ');

    private static readonly string[] Names = "order customer total index buffer response request token stream value count name key".Split(
        ' '
    );

    private static readonly string[] Chinese =
        "我们 今天 讨论 服务器 的 性能 问题 ， 因为 用户 报告 说 系统 在 高峰 时段 响应 缓慢 。 需要 检查 数据库 连接 和 缓存 策略 是否 合理 ；".Split(
            ' '
        );

    public static byte[] Make(string kind)
    {
        var random = new Random(20_261);
        var text = new StringBuilder();
        while (text.Length < Bytes)
        {
            text.Append(
                kind switch
                {
                    "English" => Sentence(random),
                    "Code" => Statement(random),
                    "Json" => Record(random),
                    "Cjk" => Pick(random, Chinese),
                    _ => throw new ArgumentException($"There is no sample text called {kind}.", nameof(kind)),
                }
            );
        }
        return Encoding.UTF8.GetBytes(text.ToString())[..Bytes];
    }

    private static string Sentence(Random random)
    {
        var words = Enumerable.Range(0, random.Next(6, 22)).Select(_ => Pick(random, English));
        return string.Join(' ', words) + (random.Next(6) == 0 ? $", {random.Next(2000)} of them.\n\n" : ". ");
    }

    private static string Statement(Random random)
    {
        string a = Pick(random, Names),
            b = Pick(random, Names);
        return random.Next(4) switch
        {
            0 => $"        var {a}{char.ToUpperInvariant(b[0])}{b[1..]} = {b}.Get({random.Next(100)});\n",
            1 => $"    if ({a} == null || {b}.Length > {random.Next(5000)})\n        return false;\n",
            2 => $"    /// <summary>The {a} of the {b}.</summary>\n    public int {a}_{b} {{ get; init; }}\n\n",
            _ => $"        foreach (var {a} in {b}s.Where(x => x.Id != \"{a}-{random.Next():x}\"))\n            Write({a}, ref {b});\n",
        };
    }

    private static string Record(Random random) =>
        $"{{\"id\":{random.Next()},\"{Pick(random, Names)}\":\"{Pick(random, English)} {Pick(random, English)}\",\"price\":{random.Next(100_000) / 100.0},"
        + $"\"active\":{(random.Next(2) == 0 ? "true" : "false")},\"ref\":\"{random.NextInt64():x}\"}},\n";

    private static string Pick(Random random, string[] words) => words[random.Next(words.Length)];
}
