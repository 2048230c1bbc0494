namespace PromptGateway.Tests.Deploy;

/// <summary>The chart, by Helm.</summary>
public sealed class ChartTests
{
    private const string SeveralReplicas = "replicas: 3";

    public static TheoryData<string> ValueSets => [.. Manifests.ValueSets];

    private static string Text(string file) => file.Length == 0 ? "" : File.ReadAllText(file);

    private static Dictionary<string, object?> Workload(string values) =>
        RenderedChart.Of(values).Single(r => r["kind"].Text() is "Deployment" or "StatefulSet");

    private static IEnumerable<string> Variables(string values) =>
        Workload(values).At("spec", "template", "spec", "containers", 0, "env").Each().Select(variable => variable.At("name").Text());

    [Theory]
    [MemberData(nameof(ValueSets))]
    public void Values_OfEachDocumentedSet_PassHelmsOwnCheck(string file) =>
        RenderedChart.Lint(Text(file)).ShouldContain("0 chart(s) failed");

    [Theory]
    [InlineData("replicas: 0", "minimum")]
    [InlineData("replica: 2", "additional properties 'replica' not allowed")]
    [InlineData("ingress: {enabled: yes please}", "want boolean")]
    [InlineData("serviceMonitor: {interval: often}", "does not match pattern")]
    [InlineData("image: {pullPolicy: Sometimes}", "value must be one of")]
    public void Values_ThatAreWrong_AreRefused(string values, string error) => RenderedChart.Error(values).ShouldContain(error);

    [Fact]
    public void Values_EveryDefault_IsInTheSchemaAndTheOtherWayRound() => Compare(RenderedChart.Standard, RenderedChart.Schema, "");

    /// <summary>Rows of the ledger that the database does not have yet outlive the pod, however many there are.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(SeveralReplicas)]
    [InlineData("autoscaling: {enabled: true}")]
    public void Data_OfEachReplica_IsOnAClaimOfItsOwn(string values)
    {
        var workload = Workload(values);

        workload["kind"].ShouldBe("StatefulSet");
        workload.At("spec", "volumeClaimTemplates", 0, "metadata", "name").ShouldBe("data");
        workload.At("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled").ShouldBe("Retain");
        RenderedChart
            .Of(values)
            .Where(r => r["kind"].Text() == "Service")
            .ShouldContain(r => r.At("metadata", "name").Text() == workload.At("spec", "serviceName").Text());
        Mounts(workload).ShouldBe(["configuration", "secrets"]);
        RenderedChart.Notes(values).ShouldContain("has a volume of its own");
    }

    [Fact]
    public void Data_WithoutPersistence_IsThePodsAndTheNotesSayWhatThatMeans()
    {
        const string values = "persistence: {enabled: false}\nautoscaling: {enabled: true}";
        var workload = Workload(values);

        workload["kind"].ShouldBe("Deployment");
        workload.At("spec", "strategy", "rollingUpdate", "maxUnavailable").ShouldBe(0L);
        Mounts(workload).ShouldBe(["data", "configuration", "secrets"]);
        Autoscaled(values).ShouldBe("Deployment");
        RenderedChart.Notes(values).ShouldContain("a pod that is deleted takes with it");
    }

    [Fact]
    public void Autoscaler_ScalesWhatThereIs() => Autoscaled("autoscaling: {enabled: true}").ShouldBe("StatefulSet");

    [Theory]
    [InlineData(SeveralReplicas, true)]
    [InlineData("autoscaling: {enabled: true}", true)]
    [InlineData("replicas: 1", false)]
    [InlineData(SeveralReplicas + "\nenv: [{name: PROMPTGATEWAY_DATABASE, value: 'Host=db'}]", false)]
    [InlineData(SeveralReplicas + "\nconfig: {Storage: {Postgres: 'Host=db'}}", false)]
    public void Replicas_Several_DoNotStartWithoutADatabaseInCommon(string values, bool asked)
    {
        Variables(values).Contains("PROMPTGATEWAY_DATABASE_FILE").ShouldBe(asked);
        RenderedChart.Notes(values).Contains("must have PROMPTGATEWAY_DATABASE", StringComparison.Ordinal).ShouldBe(asked);
    }

    [Fact]
    public void Replicas_Several_AreAsManyAsAreAskedFor() => Workload(SeveralReplicas).At("spec", "replicas").ShouldBe(3L);

    [Fact]
    public void Drain_LongerThanAnHourCanHold_IsWrittenAsADuration() =>
        Workload("drain: {streamSeconds: 3599}").Walk().ShouldContain(v => v.Value is string && (string)v.Value == "00:59:59");

    [Fact]
    public void Everything_SwitchedOn_HasOneOfEachKind() =>
        RenderedChart
            .Of(
                "{autoscaling: {enabled: true}, ingress: {enabled: true, tlsSecret: t}, networkPolicy: {enabled: true}, serviceMonitor: {enabled: true}, "
                    + "image: {pullSecrets: [{name: p}]}, podAnnotations: {a: b}, nodeSelector: {c: d}, tolerations: [{key: e, operator: Exists}]}"
            )
            .Select(r => r["kind"].Text())
            .Order()
            .ShouldBe([
                "ConfigMap",
                "HorizontalPodAutoscaler",
                "Ingress",
                "NetworkPolicy",
                "PodDisruptionBudget",
                "Service",
                "Service",
                "Service",
                "ServiceAccount",
                "ServiceMonitor",
                "StatefulSet",
            ]);

    /// <summary>To Kubernetes a rule without anybody in it is one for everybody.</summary>
    [Theory]
    [InlineData("apiNamespaces: [], managementNamespaces: []", "")]
    [InlineData("apiNamespaces: []", "management")]
    [InlineData("managementNamespaces: []", "api")]
    public void NetworkPolicy_OfNoNamespaces_LetsNobodyIn(string namespaces, string open)
    {
        var rules = One($"networkPolicy: {{enabled: true, {namespaces}}}", "NetworkPolicy").At("spec", "ingress").Each().ToArray();

        rules.ShouldAllBe(rule => rule.At("from").Each().Any());
        string.Join(",", rules.Select(rule => rule.At("ports", 0, "port").Text())).ShouldBe(open);
    }

    [Fact]
    public void NetworkPolicy_OfPorts_LetsTheGatewayCallThoseAndDns() =>
        One("networkPolicy: {enabled: true, egressPorts: [8000, 6432]}", "NetworkPolicy")
            .At("spec", "egress")
            .Each()
            .SelectMany(rule => rule.At("ports").Each())
            .Select(port => port.At("port"))
            .ShouldBe([53L, 53L, 8000L, 6432L]);

    [Fact]
    public void Ingress_AnnotationOfOnesOwn_TakesThePlaceOfTheCharts()
    {
        const string values = """
            ingress: {enabled: true, annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "600", a.example/b: c}}
            """;

        var annotations = (Dictionary<string, object?>)One(values, "Ingress").At("metadata", "annotations")!;

        annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"].ShouldBe("600");
        annotations["a.example/b"].ShouldBe("c");
        annotations["nginx.ingress.kubernetes.io/proxy-buffering"].ShouldBe("off");
    }

    private static Dictionary<string, object?> One(string values, string kind) =>
        RenderedChart.Of(values).Single(r => r["kind"].Text() == kind);

    private static IEnumerable<string> Mounts(object workload) =>
        workload.At("spec", "template", "spec", "volumes").Each().Select(volume => volume.At("name").Text());

    private static string Autoscaled(string values) =>
        RenderedChart.Of(values).Single(r => r["kind"].Text() == "HorizontalPodAutoscaler").At("spec", "scaleTargetRef", "kind").Text();

    private static void Compare(Dictionary<string, object?> values, object? schema, string path)
    {
        var properties = (Dictionary<string, object?>)schema.At("properties")!;
        properties.Keys.Except(["global"]).ShouldBe(values.Keys, ignoreOrder: true, path);
        foreach (var (name, value) in values)
            if (value is Dictionary<string, object?> map && properties[name].At("additionalProperties") is false)
                Compare(map, properties[name], $"{path}.{name}");
    }
}
