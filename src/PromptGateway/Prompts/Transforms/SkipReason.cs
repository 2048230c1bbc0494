namespace PromptGateway.Prompts.Transforms;

/// <summary>Why a transform left a prompt alone; the values of <c>skipped_because</c>.</summary>
internal static class SkipReason
{
    public const string NothingToDo = "nothing_to_do";
    public const string NotJson = "not_json";
    public const string NotSmaller = "not_smaller";
    public const string SourceCode = "source_code";
    public const string TooShort = "too_short";
    public const string TooRecent = "too_recent";
    public const string SurvivorCheck = "survivor_check_failed";
    public const string Failed = "failed";
    public const string TimeBudget = "time_budget";
    public const string NoToolResults = "no_tool_results";
    public const string NotParsed = "prompt_not_parsed";
}
