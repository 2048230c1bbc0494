using System.Globalization;
using System.Text;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>Logs of services (several forms of lines in turn), of access, as JSON lines; of builds and tests.</summary>
internal static class CorpusLogs
{
    public static string Service(CorpusWords words)
    {
        var time = new DateTime(2026, 7, 14, 9, 30, 0).AddSeconds(words.Below(9000));
        var log = new StringBuilder();
        for (var line = 60 + words.Below(300); line > 0; line--)
        {
            var stamp = words.Stamp(ref time, 400);
            var worker = words.Below(8);
            log.Append(
                words.Below(12) switch
                {
                    0 or 1 or 2 =>
                        $"{stamp} INFO  [http-{worker}] c.acme.shop.web.RequestFilter - GET /api/v1/{words.Noun}s/{words.Below(9999)} status=200 duration={words.Below(300)}ms trace={words.Hex(16)}\n",
                    3 or 4 =>
                        $"{stamp} INFO  [http-{worker}] c.acme.shop.web.RequestFilter - POST /api/v1/orders status=201 duration={words.Below(300)}ms trace={words.Hex(16)}\n",
                    5 or 6 =>
                        $"{stamp} DEBUG [pool-{worker}] c.acme.shop.db.ConnectionPool - acquired connection conn-{words.Below(40)} in {words.Below(20)}ms active={words.Below(40)} idle={words.Below(20)}\n",
                    7 or 8 =>
                        $"{stamp} INFO  [kafka-{worker}] c.acme.shop.events.Consumer - consumed topic=orders partition={words.Below(12)} offset={words.Below(999999)} key={words.Uuid()}\n",
                    9 =>
                        $"{stamp} WARN  [pool-{worker}] c.acme.shop.db.ConnectionPool - slow query took {words.Below(3000)}ms: {words.Sentence(5)}\n",
                    10 =>
                        $"{stamp} INFO  [cache-{worker}] c.acme.shop.cache.Evictor - evicted {words.Below(900)} entries, {words.Below(9999)} remain\n",
                    _ =>
                        $"{stamp} ERROR [http-{worker}] c.acme.shop.pay.Client - payment {words.Uuid()} failed: {words.Pick(["timeout after 3000ms", "connection reset", "card declined"])}\n",
                }
            );
        }
        return log.ToString();
    }

    public static string Access(CorpusWords words)
    {
        var time = new DateTime(2026, 7, 14, 9, 30, 0);
        var log = new StringBuilder();
        for (var line = 60 + words.Below(200); line > 0; line--)
        {
            time = time.AddMilliseconds(words.Below(900));
            var stamp = time.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture);
            log.Append(
                CultureInfo.InvariantCulture,
                $"10.0.{words.Below(4)}.{words.Below(250)} - - [{stamp}] \"GET /{words.Noun}s/{words.Below(999)}?page={words.Below(9)} HTTP/1.1\" {words.Pick([200, 200, 200, 304, 404])} {words.Below(50000)} \"-\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0\"\n"
            );
        }
        return log.ToString();
    }

    public static string JsonLines(CorpusWords words)
    {
        var time = new DateTime(2026, 7, 14, 9, 30, 0);
        var log = new StringBuilder();
        for (var line = 40 + words.Below(150); line > 0; line--)
            log.Append(
                $"{{\"ts\":\"{words.Stamp(ref time, 300)}\",\"level\":\"{words.Pick(["info", "info", "warn"])}\",\"service\":\"checkout\",\"msg\":\"{words.Verb} {words.Noun} {words.Below(9999)}\",\"duration_ms\":{words.Below(900)},\"trace\":\"{words.Hex(16)}\"}}\n"
            );
        return log.ToString();
    }

    public static string Build(CorpusWords words)
    {
        var log = new StringBuilder("\u001b[1m==> Building acme\u001b[0m\r\n");
        for (var line = 60 + words.Below(120); line > 0; line--)
            log.Append(
                words.Below(6) switch
                {
                    0 =>
                        $"\u001b[33mwarning\u001b[0m: unused variable `{words.Noun}` in src/{words.Noun}/{words.Verb}.c:{words.Below(900)}:{words.Below(80)}   \n",
                    1 => $"[{words.Below(100)}%] Linking CXX static library lib{words.Noun}.a\n\n\n",
                    2 =>
                        $"Downloading {words.Noun}-{words.Below(9)}.{words.Below(20)}.tar.gz 10%\rDownloading {words.Noun} 55%\rDownloading done 100%\n",
                    _ => $"[{words.Below(100)}%] Building CXX object src/CMakeFiles/{words.Noun}.dir/{words.Verb}_{words.Noun}.cc.o\n",
                }
            );
        return log.ToString();
    }

    public static string Test(CorpusWords words)
    {
        var log = new StringBuilder("============================= test session starts =============================\n");
        for (var line = 60 + words.Below(200); line > 0; line--)
            log.Append(
                $"tests/test_{words.Noun}.py::Test{words.Name}::test_{words.Verb}_{words.Noun}_{words.Below(40)} {(words.Below(20) == 0 ? "FAILED" : "PASSED")} [{words.Below(100), 3}%]\n"
            );
        return log.Append($"AssertionError: assert {words.Below(100)} == {words.Below(100)}\n").ToString();
    }
}
