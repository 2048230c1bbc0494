using PromptGateway.Tests.Deploy.Chart;

namespace PromptGateway.Tests.Deploy;

public sealed class ChartTests
{
    public static TheoryData<string> ValueSets => [.. Manifests.ValueSets];

    private static string? Text(string file) => file.Length == 0 ? null : File.ReadAllText(file);

    [Theory]
    [MemberData(nameof(ValueSets))]
    public void Values_OfEachDocumentedSet_FitTheSchema(string file) =>
        JsonSchema.Check(RenderedChart.Values(Text(file)), RenderedChart.Schema).ShouldBeEmpty();

    [Theory]
    [InlineData("replicas: 0", "minimum")]
    [InlineData("replica: 2", "additionalProperties")]
    [InlineData("ingress: {enabled: yes please}", "type boolean")]
    [InlineData("serviceMonitor: {interval: often}", "pattern")]
    [InlineData("image: {pullPolicy: Sometimes}", "enum")]
    public void Values_ThatAreWrong_AreRefused(string values, string error) =>
        string.Join('\n', JsonSchema.Check(RenderedChart.Values(values), RenderedChart.Schema)).ShouldContain(error);

    [Fact]
    public void Values_EveryDefault_IsInTheSchemaAndTheOtherWayRound() => Compare(RenderedChart.Values(null), RenderedChart.Schema, "");

    [Fact]
    public void Replicas_One_HasAVolumeAndNoSecondPodBesideIt()
    {
        var resources = RenderedChart.Of(null);

        resources.ShouldContain(r => r["kind"].Text() == "PersistentVolumeClaim");
        resources.Single(r => r["kind"].Text() == "Deployment").At("spec", "strategy", "type").ShouldBe("Recreate");
    }

    [Fact]
    public void Replicas_Several_ShareNoVolume()
    {
        var resources = RenderedChart.Of("replicas: 3");

        resources.ShouldNotContain(r => r["kind"].Text() == "PersistentVolumeClaim");
        var deployment = resources.Single(r => r["kind"].Text() == "Deployment");
        deployment.At("spec", "replicas").ShouldBe(3L);
        deployment.At("spec", "strategy", "type").ShouldBe("RollingUpdate");
    }

    [Fact]
    public void Drain_LongerThanAnHourCanHold_IsWrittenAsADuration() =>
        RenderedChart
            .Of("drain: {streamSeconds: 3599}")
            .Single(r => r["kind"].Text() == "Deployment")
            .Walk()
            .ShouldContain(v => v.Value is string && (string)v.Value == "00:59:59");

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
                "Deployment",
                "HorizontalPodAutoscaler",
                "Ingress",
                "NetworkPolicy",
                "PodDisruptionBudget",
                "Service",
                "Service",
                "ServiceAccount",
                "ServiceMonitor",
            ]);

    [Fact]
    public void Template_WithSomethingUnknown_IsNotPassedOver() =>
        Should.Throw<InvalidDataException>(() =>
            new ChartTemplate().Render("{{ .Values.typo }}", new() { ["Values"] = new Dictionary<string, object?>() })
        );

    private static void Compare(Dictionary<string, object?> values, object? schema, string path)
    {
        var properties = (Dictionary<string, object?>)schema.At("properties")!;
        properties.Keys.Except(["global"]).ShouldBe(values.Keys, ignoreOrder: true, path);
        foreach (var (name, value) in values)
            if (value is Dictionary<string, object?> map && properties[name].At("additionalProperties") is false)
                Compare(map, properties[name], $"{path}.{name}");
    }
}
