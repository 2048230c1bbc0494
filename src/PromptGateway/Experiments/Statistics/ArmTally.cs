namespace PromptGateway.Experiments.Statistics;

/// <summary>How many observations there were and their mean.</summary>
internal sealed class ArmTally
{
    private double _sum;

    public int Count { get; private set; }

    public double Mean => Count == 0 ? 0 : _sum / Count;

    public void Add(double value)
    {
        Count++;
        _sum += value;
    }
}
