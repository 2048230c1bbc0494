namespace PromptGateway.Experiments.Switches;

/// <summary>The last so many different names.</summary>
internal sealed class RecentNames(int most)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public bool Contains(string name) => _names.Contains(name);

    /// <summary>False when it is there already.</summary>
    public bool Add(string name)
    {
        if (!_names.Add(name))
            return false;
        _order.Enqueue(name);
        if (_order.Count > most)
            _names.Remove(_order.Dequeue());
        return true;
    }
}
