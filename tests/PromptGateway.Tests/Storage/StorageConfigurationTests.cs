using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using PromptGateway.Configuration;
using PromptGateway.Routing;
using PromptGateway.Storage;

namespace PromptGateway.Tests.Storage;

public sealed class StorageConfigurationTests
{
    private const string Url = "postgres://us%40er:p%40ss%3Aw%2Frd@db.example:6543/gate?sslmode=verify-full";

    [Fact]
    public void Read_NothingSet_IsSqliteWithoutRetention()
    {
        var options = Read();

        options.Postgres.ShouldBeNull();
        options.RetentionDays.ShouldBeNull();
        options.DataDirectory.ShouldBe("data");
    }

    [Fact]
    public void Read_Url_IsTakenApartAndLimited()
    {
        var options = Read(("Storage:Postgres", Url), ("Storage:RetentionDays", "90"));

        var settings = new NpgsqlConnectionStringBuilder(options.Postgres!.ConnectionString);
        (settings.Host, settings.Port, settings.Database).ShouldBe(("db.example", 6543, "gate"));
        (settings.Username, settings.Password, settings.SslMode).ShouldBe(("us@er", "p@ss:w/rd", SslMode.VerifyFull));
        (settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize).ShouldBe((5, 10, 20));
        options.Postgres.Name.ShouldBe("gate on db.example:6543");
        options.Postgres.Password.ShouldBe("p@ss:w/rd");
        options.Postgres.ToString().ShouldNotContain("p@ss");
        options.RetentionDays.ShouldBe(90);
    }

    [Theory]
    [InlineData("Host=h;Database=d;Username=u;Password=p;Timeout=3;Command Timeout=7;Maximum Pool Size=9")]
    [InlineData("postgresql://u:p@h/d?Timeout=3&CommandTimeout=7&MaxPoolSize=9")]
    public void Read_LimitsInTheConnectionString_AreKept(string text)
    {
        var settings = new NpgsqlConnectionStringBuilder(Read(("Storage:Postgres", text)).Postgres!.ConnectionString);

        (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password).ShouldBe(("h", 5432, "d", "u", "p"));
        (settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize).ShouldBe((3, 7, 9));
    }

    [Fact]
    public void Read_Reference_IsResolved() =>
        Read(("Storage:Postgres", "postgres://u:${DB_PASSWORD}@h/d")).Postgres!.Password.ShouldBe("from-environment");

    [Theory]
    [InlineData("postgres://u:${NOT_SET}@h/d", "NOT_SET")]
    [InlineData("postgres://u:secret-word@/d", "valid URL")]
    [InlineData("Database=d;Username=u;Password=secret-word", "no host")]
    [InlineData("postgres://u:secret-word@h", "database")]
    [InlineData("postgres://h/d", "user")]
    [InlineData("postgres://u:secret-word@h:port/d", "percent-encoded")]
    [InlineData("postgres://u:secret-word@h/d?nonsense=1", "sslmode")]
    [InlineData("postgres://u:secret-word@h/d?sslmode=sometimes", "sslmode")]
    [InlineData("secret-word", "Host=")]
    [InlineData("Host=h;Database=d;Username=u;Password=secret;word=1", "Host=")]
    [InlineData("Host=h;Database=d;Username=u;Password=secret-word;Maximum Pool Size=2", "Maximum Pool Size")]
    [InlineData("Host=h;Database=d;Username=u;Password=secret-word;Multiplexing=true", "Multiplexing")]
    public void Read_WrongConnectionString_SaysWhatIsWrongWithoutTheSecret(string text, string says)
    {
        var refused = Should.Throw<OptionsValidationException>(() => Read(("Storage:Postgres", text)));

        refused.Message.ShouldContain(says);
        refused.Message.ShouldNotContain("secret-word");
        refused.Message.ShouldNotContain("word=1");
    }

    [Fact]
    public void Read_SeveralFaults_AreAllNamed()
    {
        var refused = Should.Throw<OptionsValidationException>(() => Read(("Storage:Postgres", "Port=1"), ("Storage:RetentionDays", "31")));

        refused.Failures.Count().ShouldBe(4, "host, database, user, days");
        refused.Message.ShouldContain("32");
    }

    [Theory]
    [InlineData("Host=h;Database=d;Username=u;Password=secret-word")]
    [InlineData(Url)]
    public void Show_OfTheSetting_IsMasked(string text) => SecretSettings.Shown("Storage:Postgres", text).ShouldBe(SecretSettings.Mask);

    private static StorageOptions Read(params (string Key, string? Value)[] settings) =>
        StorageConfiguration.Read(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))).Build(),
            "data",
            (text, missing) => EnvironmentReference.Resolve(text, name => name == "DB_PASSWORD" ? "from-environment" : null, missing)
        );
}
