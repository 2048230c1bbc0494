using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Architecture;

/// <summary>Holds the code to the table of rooms in <c>docs/ARCHITECTURE.md</c>: which room may use which.</summary>
public sealed partial class RoomTests
{
    private static readonly string Source = FindSource();

    /// <summary>The same table as in the document; a test below compares them.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Chat"] = [],
        ["Json"] = [],
        ["Sse"] = [],
        ["Tokens"] = [],
        ["Metrics"] = [],
        ["Counters"] = [],
        ["Logging"] = [],
        ["Providers"] = ["Chat", "Json", "Sse"],
        ["Endpoints"] = ["Chat", "Providers"],
        ["Keys"] = ["Chat", "Endpoints"],
        ["Routing"] = ["Chat", "Json", "Tokens", "Keys", "Endpoints", "Metrics", "Providers"],
        ["Prompts"] = ["Chat", "Json", "Tokens", "Keys", "Endpoints", "Metrics", "Routing"],
        ["Usage"] = ["Chat", "Keys", "Endpoints", "Prompts", "Routing", "Metrics", "Logging"],
        ["RateLimits"] = ["Chat", "Counters", "Keys", "Endpoints", "Prompts", "Routing", "Usage", "Metrics"],
        ["Budgets"] = ["Chat", "Counters", "Keys", "Endpoints", "Prompts", "Routing", "Usage", "Metrics"],
        ["Objects"] = ["Chat", "Json", "Providers", "Endpoints", "Keys", "Prompts", "Routing", "Usage", "Budgets", "Metrics"],
        ["Forwarding"] =
        [
            "Chat",
            "Json",
            "Sse",
            "Tokens",
            "Providers",
            "Endpoints",
            "Keys",
            "Prompts",
            "Routing",
            "Usage",
            "Metrics",
            "Objects",
        ],
        ["Experiments"] = ["Chat", "Keys", "Endpoints", "Prompts", "Routing", "Usage", "Metrics"],
        ["Admin"] = ["Chat", "Keys", "RateLimits", "Budgets", "Routing", "Prompts", "Usage", "Experiments"],
        ["Storage"] = ["Chat", "Counters", "Keys", "Budgets", "Usage", "Experiments", "Objects"],
        ["Simulator"] = ["Chat", "Json", "Sse", "Tokens"],
    };

    /// <summary>They put the others together.</summary>
    private static readonly string[] Roots = ["Cli", "Configuration", "Hosting"];

    /// <summary>No web framework in these, so that they can move to another program as they are.</summary>
    private static readonly string[] Pure = ["Chat", "Json", "Sse", "Tokens", "Providers"];

    [GeneratedRegex(@"(?:using (?:static )?|[^\w.])PromptGateway\.(\w+)")]
    private static partial Regex Mention();

    public static TheoryData<string> Rooms => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_AnyFile_UsesOnlyTheRoomsItMay(string room)
    {
        var allowed = MayUse[room].Append(room).ToHashSet();

        foreach (var file in Files(room))
        foreach (Match mention in Mention().Matches(File.ReadAllText(file)))
            if (IsRoom(mention.Groups[1].Value))
                allowed.ShouldContain(mention.Groups[1].Value, $"{Path.GetRelativePath(Source, file)} uses a room that {room} may not use");
    }

    [Fact]
    public void Rooms_OnDisk_AreAllInTheTable() =>
        Directory
            .GetDirectories(Source)
            .Select(d => Path.GetFileName(d)!)
            .Where(d => d is not ("bin" or "obj" or "Properties"))
            .Except(MayUse.Keys.Concat(Roots))
            .ShouldBeEmpty();

    [Fact]
    public void PureRooms_AnyFile_KnowNoWebFramework()
    {
        foreach (var file in Pure.SelectMany(Files))
            Regex.IsMatch(File.ReadAllText(file), @"Microsoft\.AspNetCore|Yarp\.|HttpContext").ShouldBeFalse(file);
    }

    [Fact]
    public void Table_InTheArchitectureDocument_IsThisOne()
    {
        var document = File.ReadAllText(Path.Combine(Source, "..", "..", "docs", "ARCHITECTURE.md"));

        foreach (var (room, rooms) in MayUse)
            document.ShouldContain($"| {room} | {(rooms.Length == 0 ? "nothing" : string.Join(", ", rooms))} |");
    }

    private static bool IsRoom(string name) => MayUse.ContainsKey(name) || Roots.Contains(name);

    private static string[] Files(string room) => Directory.GetFiles(Path.Combine(Source, room), "*.cs", SearchOption.AllDirectories);

    private static string FindSource()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "PromptGateway.sln")))
            directory = directory.Parent;
        return Path.Combine(directory.FullName, "src", "PromptGateway");
    }
}
