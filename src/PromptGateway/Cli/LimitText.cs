using System.Globalization;
using PromptGateway.Keys;

namespace PromptGateway.Cli;

/// <summary>A limit as text: <c>3500 requests/minute</c>, <c>90000 tokens/minute for gpt-4o*,o3*</c>, <c>16 concurrent</c>.</summary>
internal static class LimitText
{
    /// <exception cref="FormatException">The text is none; whether the values make sense is for <see cref="LimitRules"/>.</exception>
    public static LimitSpec Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length is not (2 or 4) || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            throw Unreadable(text);
        var models = ModelsClause.Parse(words, 2, () => Unreadable(text));
        var (unit, per) = words[1].Split('/') switch
        {
            [var u] => (u, null),
            [var u, var p] => (u, p),
            _ => throw Unreadable(text),
        };
        return unit switch
        {
            "request" or "requests" => new LimitSpec
            {
                Requests = amount,
                Per = per,
                Models = models,
            },
            "token" or "tokens" => new LimitSpec
            {
                Tokens = amount,
                Per = per,
                Models = models,
            },
            "concurrent" when amount <= int.MaxValue => new LimitSpec
            {
                Concurrent = (int)amount,
                Per = per,
                Models = models,
            },
            _ => throw Unreadable(text),
        };
    }

    public static string Write(LimitSpec limit) =>
        (
            limit.Requests is { } requests ? $"{requests} requests/{limit.Per}"
            : limit.Tokens is { } tokens ? $"{tokens} tokens/{limit.Per}"
            : $"{limit.Concurrent} concurrent"
        ) + ModelsClause.Write(limit.Models);

    private static FormatException Unreadable(string text) =>
        new(
            $"--limit '{text}' cannot be read; write '3500 requests/minute', '90000 tokens/minute for gpt-4o*,o3*' or '16 concurrent'"
                + " (per second, minute, hour or day)."
        );
}
