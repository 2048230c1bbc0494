using PromptGateway.Endpoints;

namespace PromptGateway.Tests.Endpoints;

public sealed class PathSpellingTests
{
    [Theory]
    [InlineData("/v1/files")]
    [InlineData("/v1//files/file-1/")]
    [InlineData("/v1/responses%2fresp_1")]
    [InlineData("/v1/models/org%2Fname-1.5")]
    [InlineData("/v1/files/..a")]
    [InlineData("/v1/files/a;b=1")]
    [InlineData("/v1/é")]
    public void Path_WithOneMeaning_IsPlain(string path) => PathSpelling.IsPlain(path).ShouldBeTrue();

    [Theory]
    [InlineData("/v1/files/%66ile-1")]
    [InlineData("/v1/files/%2e%2e/chat")]
    [InlineData("/v1/files/a%2F..%2Fb")]
    [InlineData("/v1/files%2f.")]
    [InlineData("/v1/files/..;x/b")]
    [InlineData("/v1/files/a\\..\\b")]
    [InlineData("/v1/%")]
    [InlineData("/v1/a%2")]
    public void Path_WithMoreMeanings_IsNot(string path) => PathSpelling.IsPlain(path).ShouldBeFalse();
}
