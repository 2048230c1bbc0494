namespace PromptGateway.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Skeleton_Built_LoadsTheAssembly() => typeof(SkeletonTests).Assembly.ShouldNotBeNull();
}
