using PromptGateway.Configuration;

namespace PromptGateway.Tests.Configuration;

/// <summary>The one order of the sources, each against the one below it.</summary>
public sealed class PrecedenceTests
{
    private const string Key = "Gateway:Data";

    private static readonly (string Name, Action<ConfigurationFolder> Set)[] Layers =
    [
        ("appsettings.json", folder => folder.Write("appsettings.json", """{"Gateway":{"Data":"from appsettings"}}""")),
        ("yarp.json", folder => folder.Write("yarp.json", """{"Gateway":{"Data":"from yarp"}}""")),
        ("secrets", folder => folder.Write("secrets/PROMPTGATEWAY__Gateway__Data", "from secrets\n")),
        ("PROMPTGATEWAY__Gateway__Data", folder => folder.Environment["PROMPTGATEWAY__Gateway__Data"] = "from environment"),
        ("PROMPTGATEWAY_DATA", folder => folder.Environment["PROMPTGATEWAY_DATA"] = "from the short name"),
        ("--data", folder => folder.CommandLine[Key] = new ConfigurationValue("from the command line", "--data")),
    ];

    public static TheoryData<int> Steps => [.. Enumerable.Range(0, Layers.Length)];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Layer_OverAllBelowIt_Wins(int step)
    {
        using var folder = new ConfigurationFolder();
        foreach (var (_, set) in Layers[..(step + 1)])
            set(folder);

        var value = folder.Load().Values[Key];

        value.Text.ShouldBe(
            new[] { "from appsettings", "from yarp", "from secrets", "from environment", "from the short name", "from the command line" }[
                step
            ]
        );
        value.Origin.ShouldContain(Layers[step].Name);
        folder.Check().ShouldBeEmpty();
    }

    [Fact]
    public void Layers_WithDifferentSettings_AreMergedSettingBySetting()
    {
        using var folder = new ConfigurationFolder();
        folder.Write("appsettings.json", """{"Forwarding":{"ConnectTimeout":"00:00:05","DrainTimeout":"00:00:40"}}""");
        folder.Environment["PROMPTGATEWAY__Forwarding__DrainTimeout"] = "00:01:00";

        var loaded = folder.Load();

        loaded.Values["Forwarding:ConnectTimeout"].Text.ShouldBe("00:00:05");
        loaded.Values["forwarding:draintimeout"].Text.ShouldBe("00:01:00");
    }

    [Fact]
    public void FileVariable_NamesASecret_IsReadWithoutItsLineBreak()
    {
        using var folder = new ConfigurationFolder();
        folder.Environment["OPENAI_API_KEY_FILE"] = folder.Write("elsewhere/key", "sk-from-a-file\r\n");

        folder
            .Load()
            .Values["OPENAI_API_KEY"]
            .ShouldBe(new ConfigurationValue("sk-from-a-file", Path.Combine(folder.Path, "elsewhere", "key")));
        folder.Sources.Named("OPENAI_API_KEY").ShouldBe("sk-from-a-file");
    }

    [Fact]
    public void SecretFile_AndVariableOfTheSameName_TheVariableWins()
    {
        using var folder = new ConfigurationFolder();
        folder.Write("secrets/OPENAI_API_KEY", "sk-file");
        folder.Environment["OPENAI_API_KEY"] = "sk-variable";

        folder.Sources.Named("OPENAI_API_KEY").ShouldBe("sk-variable");
        folder.Load().Values["OPENAI_API_KEY"].ShouldBe(new ConfigurationValue("sk-variable", "OPENAI_API_KEY"));
    }

    [Fact]
    public void FileVariable_ThatCannotBeRead_IsAnError()
    {
        using var folder = new ConfigurationFolder();
        folder.Environment["PROMPTGATEWAY_ADMIN_KEY_FILE"] = "/no/such/file";

        folder.Check().ShouldHaveSingleItem().ShouldContain("PROMPTGATEWAY_ADMIN_KEY_FILE");
    }

    [Fact]
    public void ConfigPath_OfAFile_LooksForAppsettingsBesideIt()
    {
        using var folder = new ConfigurationFolder();
        folder.Write("appsettings.json", """{"Gateway":{"Data":"beside"}}""");
        var file = folder.Write("mine.json", """{"Gateway":{"Urls":"http://127.0.0.1:9"}}""");

        var loaded = LoadedConfiguration.From(new ConfigurationSources { ConfigPath = file, Environment = _ => null });

        loaded.Values["Gateway:Data"].Text.ShouldBe("beside");
        loaded.Values["Gateway:Urls"].Origin.ShouldBe(file);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("")]
    public void File_ThatIsNotAnObject_IsNamed(string text)
    {
        using var folder = new ConfigurationFolder();
        var file = folder.Write("yarp.json", text);

        folder.Check().ShouldHaveSingleItem().ShouldStartWith(file);
    }
}
