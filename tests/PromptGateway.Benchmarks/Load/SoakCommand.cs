using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PromptGateway.Benchmarks.Load;

/// <summary>
/// <c>soak [REQUESTS]</c>: many requests that end in every way a client can end one, at a gateway whose key is limited in requests, tokens,
/// concurrency and money. Afterwards nothing may be left: no request in flight, no reservation, no row that is missing. Loopback only.
/// </summary>
internal static class SoakCommand
{
    private const int Parallel = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args)
    {
        var requests = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        await using var upstream = await MockUpstream.StartAsync();
        using var gateway = MeasuredProcess.StartGateway(upstream.Port);
        await gateway.WaitUntilReadyAsync();
        using var admin = new SoakAdmin(gateway.ManagementPort);
        var key = await admin.CreateKeyAsync();
        await RunAsync(gateway.Port, key, requests / 10, seed: 1);
        var before = gateway.WorkingSet;
        var endings = await RunAsync(gateway.Port, key, requests, seed: 2);
        foreach (var (ending, count) in endings.OrderBy(pair => pair.Key))
            Console.WriteLine($"{ending, -22}{count, 8}");
        var problems = await admin.FindRemainsAsync(Patience);
        Console.WriteLine($"memory {before >> 20} MB before, {gateway.WorkingSet >> 20} MB after");
        Console.WriteLine(problems.Count == 0 ? "nothing is left behind" : string.Join(Environment.NewLine, problems));
        return problems.Count == 0 ? 0 : 1;
    }

    private static async Task<Dictionary<SoakEnding, int>> RunAsync(int port, string key, int requests, int seed)
    {
        var random = new Random(seed);
        var plan = Enumerable
            .Range(0, requests)
            .Select(_ => (Ending: random.GetItems(Enum.GetValues<SoakEnding>(), 1)[0], random.NextDouble()));
        var counts = Enum.GetValues<SoakEnding>().ToDictionary(ending => ending, _ => 0);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            plan.ToArray(),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (step, _) =>
            {
                await AskAsync(port, key, step.Ending, step.Item2);
                lock (counts)
                    counts[step.Ending]++;
            }
        );
        return counts;
    }

    private static async Task AskAsync(int port, string key, SoakEnding ending, double when)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = ending is not (SoakEnding.WholeAnswer or SoakEnding.BeforeTheAnswer);
        var request = new Scenario("soak", 1, 800, stream).Request(key);
        var buffer = new byte[16 * 1024];
        if (ending == SoakEnding.HalfARequest)
        {
            await socket.SendAsync(request.AsMemory(0, (int)(request.Length * when)));
            return;
        }
        await socket.SendAsync(request);
        switch (ending)
        {
            case SoakEnding.BeforeTheAnswer:
                break;
            case SoakEnding.AfterTheFirstBytes:
                await socket.ReceiveAsync(buffer);
                break;
            case SoakEnding.ResetInTheMiddle:
                await ReadAsync(socket, buffer, (int)(when * 8_000));
                socket.LingerState = new LingerOption(true, 0);
                break;
            default:
                await ReadAsync(socket, buffer, int.MaxValue);
                break;
        }
    }

    private static async Task ReadAsync(Socket socket, byte[] buffer, int most)
    {
        for (var read = 0; read < most; )
        {
            var received = await socket.ReceiveAsync(buffer);
            read += received;
            if (received == 0 || buffer.AsSpan(0, received).EndsWith("0\r\n\r\n"u8) || buffer.AsSpan(0, received).EndsWith("}}"u8))
                return;
        }
    }
}
