using PromptGateway.Objects;

namespace PromptGateway.Tests.Objects;

public sealed class ObjectPathTests
{
    [Theory]
    [InlineData("/v1/responses", "responses", null, "")]
    [InlineData("/v1/responses/resp_Ab1", "responses", "resp_Ab1", "")]
    [InlineData("/v1//Responses/resp_Ab1/", "responses", "resp_Ab1", "")]
    [InlineData("/v1/responses%2Fresp_Ab1", "responses", "resp_Ab1", "")]
    [InlineData("/v1/responses/resp_1/cancel", "responses", "resp_1", "cancel")]
    [InlineData("/v1/files/file-1/Content", "files", "file-1", "content")]
    [InlineData("/v1/batches/batch_1", "batches", "batch_1", "")]
    [InlineData("/v1/messages/batches/msgbatch_1/results", "batches", "msgbatch_1", "results")]
    [InlineData("/v1/vector_stores/vs_1/files/file-1", "vector_stores", "vs_1", "files/file-1")]
    public void Path_OfAnObject_IsTakenApart(string path, string kind, string? id, string rest)
    {
        ObjectPath.TryParse(path, out var found).ShouldBeTrue();

        found.ShouldBe(new ObjectPath(kind, id, rest));
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages/count_tokens")]
    [InlineData("/v1/models/gpt-4o")]
    [InlineData("/v1/responses/input_tokens")]
    [InlineData("/v1/responses/compact")]
    [InlineData("/v1/filesystem/1")]
    public void Path_OfSomethingElse_IsNone(string path) => ObjectPath.TryParse(path, out _).ShouldBeFalse();
}
