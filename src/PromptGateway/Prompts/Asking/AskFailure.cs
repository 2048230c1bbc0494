namespace PromptGateway.Prompts.Asking;

/// <summary>Why a question to a model led to nothing, so that the original went upstream: in the ledger, in metrics, in previews.</summary>
internal static class AskFailure
{
    /// <summary>No model is configured.</summary>
    public const string NoModel = "no_optimizer_model";

    /// <summary>The configured model is not served by this gateway.</summary>
    public const string NotServed = "optimizer_model_not_served";
    public const string Timeout = "optimizer_timeout";

    /// <summary>An error status, a broken connection, a refusal by a budget.</summary>
    public const string Error = "optimizer_error";

    /// <summary>The model refused.</summary>
    public const string Refused = "optimizer_refused";

    /// <summary>The answer was cut at its cap of tokens.</summary>
    public const string Cut = "optimizer_answer_cut";

    /// <summary>The answer is not of the schema.</summary>
    public const string Malformed = "optimizer_answer_malformed";
    public const string LowConfidence = "low_confidence";

    /// <summary>A number, address, quotation, code block or negation of the original is not in the answer.</summary>
    public const string Lost = Transforms.SkipReason.SurvivorCheck;

    /// <summary>The answer is in another language.</summary>
    public const string OtherLanguage = "language_changed";

    /// <summary>It would cost more than a request may, or than is left of the day.</summary>
    public const string Budget = "optimizer_budget";

    /// <summary>There are limits in dollars, and the price of the model is not known.</summary>
    public const string UnknownPrice = "optimizer_price_unknown";

    public static bool IsOne(string? reason) =>
        reason
            is NoModel
                or NotServed
                or Timeout
                or Error
                or Refused
                or Cut
                or Malformed
                or LowConfidence
                or Lost
                or OtherLanguage
                or Budget
                or UnknownPrice;
}
