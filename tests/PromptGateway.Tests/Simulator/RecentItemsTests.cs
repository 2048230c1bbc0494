using PromptGateway.Simulator.Storage;

namespace PromptGateway.Tests.Simulator;

public sealed class RecentItemsTests
{
    private readonly RecentItems<string> _items = new(maxBytes: 10);

    [Fact]
    public void Add_BeyondTheBytes_ForgetsTheOldest()
    {
        _items.Add("a", "A", 4);
        _items.Add("b", "B", 4);

        _items.Add("c", "C", 4);

        _items.TryGet("a", out _).ShouldBeFalse();
        _items.Newest().ShouldBe(["C", "B"]);
    }

    [Fact]
    public void Add_OfAKnownId_CountsOnce()
    {
        _items.Add("a", "A", 4);
        _items.Add("b", "B", 4);

        for (var i = 0; i < 10; i++)
            _items.Add("b", "B" + i, 4);

        _items.Newest().ShouldBe(["B9", "A"]);
    }

    [Fact]
    public void Remove_FreesItsBytes()
    {
        _items.Add("a", "A", 8);

        _items.Remove("a").ShouldBeTrue();
        _items.Remove("a").ShouldBeFalse();
        _items.Add("b", "B", 5);
        _items.Add("c", "C", 5);

        _items.Newest().ShouldBe(["C", "B"]);
    }
}
