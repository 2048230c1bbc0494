namespace PromptGateway.Experiments.Statistics;

/// <summary>An estimate and its 95 % confidence interval; the bounds are null where too little was seen to say.</summary>
internal readonly record struct Interval(double Value, double? Low, double? High);
