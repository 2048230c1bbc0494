using PromptGateway.Experiments.Switches;

namespace PromptGateway.Tests.Storage;

/// <summary>What every store of switches must do.</summary>
public abstract class SwitchStoreContract
{
    private protected abstract ISwitchStore Open();

    [Fact]
    public async Task Put_IsReadInAnotherStoreAndReplacedByTheNext()
    {
        var off = new PolicySwitch
        {
            Policy = "lossless",
            Model = "gpt-4o",
            IsOff = true,
            ChangedAt = SampleRows.Start,
            Metric = "error_rate",
            Reason = "4 % against 1 %",
        };
        await Open().PutAsync(off, default);
        await Open().PutAsync(off with { Policy = "agent" }, default);

        (await Open().ReadAsync(default)).ShouldBe([off with { Policy = "agent" }, off]);

        var reset = new PolicySwitch
        {
            Policy = "agent",
            Model = "gpt-4o",
            IsOff = false,
            ChangedAt = SampleRows.Start.AddDays(1),
        };
        await Open().PutAsync(reset, default);

        (await Open().ReadAsync(default)).ShouldBe([reset, off]);
    }
}
