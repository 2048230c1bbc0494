using System.Text.Json;

namespace PromptGateway.Experiments.Report;

/// <summary>Sums over the ledger's <c>optimization_detail</c>: by transform, or by kind of content.</summary>
internal sealed class DetailParts(string list)
{
    /// <summary>More names than there will ever be; what configuration could invent beyond is summed as one.</summary>
    private const int Most = 200;
    private readonly Dictionary<string, Totals> _parts = new(StringComparer.Ordinal);

    /// <summary>What cannot be read is passed over: another version wrote it.</summary>
    public void Add(string? detail)
    {
        if (detail is null)
            return;
        try
        {
            using var json = JsonDocument.Parse(detail);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(list, out var parts))
                foreach (var part in parts.EnumerateArray())
                    Add(part);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Whole rows are written by the gateway itself; a damaged one costs its own part of this table only.
        }
    }

    public IReadOnlyList<PartGroup> Result() =>
        [
            .. _parts
                .Select(part => part.Value.Result(part.Key))
                .OrderByDescending(part => part.TokensSaved)
                .ThenBy(part => part.Group, StringComparer.Ordinal),
        ];

    private void Add(JsonElement part)
    {
        if (!part.TryGetProperty("name", out var property) || property.GetString() is not { } name)
            return;
        if (_parts.Count >= Most && !_parts.ContainsKey(name))
            name = "other";
        if (!_parts.TryGetValue(name, out var totals))
            _parts.Add(name, totals = new Totals());
        totals.Requests++;
        var (before, after) = (Number(part, "before"), Number(part, "after"));
        totals.Before = Sum(totals.Before, before);
        totals.After = Sum(totals.After, after);
        totals.Saved += (long)(Number(part, "tokens_saved") ?? (before - after) ?? 0);
        totals.Micros = Sum(totals.Micros, Number(part, "us"));
    }

    private static double? Number(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static double? Sum(double? total, double? more) => more is null ? total : (total ?? 0) + more;

    private sealed class Totals
    {
        public long Requests;
        public double? Before;
        public double? After;
        public long Saved;
        public double? Micros;

        public PartGroup Result(string name) =>
            new(name, Requests, (long?)Before, (long?)After, Saved, Micros is { } known ? Math.Round(known, 1) : null);
    }
}
