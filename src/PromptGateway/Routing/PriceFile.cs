namespace PromptGateway.Routing;

/// <summary>The operator's own price list.</summary>
internal static class PriceFile
{
    /// <summary>The built-in list with the file that <c>Prices:File</c> names on top.</summary>
    /// <param name="builtIn">Counts where the file has no price.</param>
    /// <param name="configuration">Has the section <c>Prices</c>.</param>
    /// <param name="errors">Gets what is wrong with the file.</param>
    public static PriceList Apply(PriceList builtIn, IConfiguration configuration, List<string> errors)
    {
        if (configuration.GetSection("Prices").Get<PriceOptions>()?.File is not { Length: > 0 } path)
            return builtIn;
        try
        {
            var text = File.ReadAllText(path);
            return builtIn.With(
                path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? LiteLLMPrices.Parse(text) : PriceList.Parse(text)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.Add($"Prices:File '{path}': {e.Message}");
            return builtIn;
        }
    }
}
