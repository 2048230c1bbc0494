using System.Collections.Frozen;
using System.Globalization;

namespace PromptGateway.Routing;

/// <summary>
/// Prices by provider and model. A model that is not listed has no price, which is not zero: its cost is unknown.
/// The data file and its sources are described in <c>docs/guides/prices.md</c>.
/// </summary>
internal sealed class PriceList
{
    private readonly FrozenDictionary<string, ModelPrice> _byModel;

    private PriceList(Dictionary<string, ModelPrice> prices) => _byModel = prices.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names as <c>provider/model</c>.</summary>
    public IEnumerable<string> Names => _byModel.Keys;

    /// <summary>Every price in words, in the order of the names.</summary>
    public IEnumerable<string> Lines =>
        _byModel.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} {entry.Value}");

    public static PriceList Load()
    {
        using var stream = typeof(PriceList).Assembly.GetManifestResourceStream("PromptGateway.Routing.prices.csv")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>
    /// This list with another on top: its prices count where both have one. Prices of the cache that it leaves out keep their ratio to
    /// the price of the prompt (field report 56).
    /// </summary>
    public PriceList With(PriceList other)
    {
        var prices = new Dictionary<string, ModelPrice>(_byModel, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, price) in other._byModel)
            prices[name] = _byModel.TryGetValue(name, out var replaced) ? price.WithCachePricesLike(replaced) : price;
        return new PriceList(prices);
    }

    public static PriceList Of(Dictionary<string, ModelPrice> prices) => new(prices);

    /// <exception cref="FormatException">Names every line that is wrong; a bad list is never half used.</exception>
    public static PriceList Parse(string csv)
    {
        var prices = new Dictionary<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        var lines = csv.ReplaceLineEndings("\n").Split('\n');
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            var fields = lines[i].Split(',');
            if (fields.Length != 9)
                errors.Add($"line {i + 1}: 9 fields expected, {fields.Length} found");
            else if (PriceRow.TryRead(fields, out var price, out var error))
                prices[fields[0] + "/" + fields[1]] = price;
            else
                errors.Add($"line {i + 1} ({fields[1]}): {error}");
        }
        return errors.Count == 0
            ? new PriceList(prices)
            : throw new FormatException("The price list is wrong: " + string.Join("; ", errors));
    }

    /// <summary>
    /// The price of a model: by its exact name, else without a date (<c>gpt-4o-2024-08-06</c>, <c>claude-sonnet-4-5-20250929</c>).
    /// Null when it is not known.
    /// </summary>
    public ModelPrice? Find(string provider, string model)
    {
        if (_byModel.TryGetValue(provider + "/" + model, out var price) || _byModel.TryGetValue(model, out price))
            return price;
        var bare = WithoutDate(model);
        return bare is not null && _byModel.TryGetValue(provider + "/" + bare, out price) ? price : null;
    }

    private static string? WithoutDate(string model)
    {
        if (model.EndsWith("-latest", StringComparison.OrdinalIgnoreCase))
            return model[..^7];
        if (
            model.Length > 11
            && model[^11] == '-'
            && DateOnly.TryParseExact(model.AsSpan(model.Length - 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out _)
        )
            return model[..^11];
        if (
            model.Length > 9
            && model[^9] == '-'
            && DateOnly.TryParseExact(model.AsSpan(model.Length - 8), "yyyyMMdd", CultureInfo.InvariantCulture, default, out _)
        )
            return model[..^9];
        return null;
    }
}
