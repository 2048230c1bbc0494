namespace PromptGateway.Prompts.Transforms;

/// <summary>Why a transform left a prompt alone; the values of <c>skipped_because</c>.</summary>
internal static class SkipReason
{
    public const string NothingToDo = "nothing_to_do";
    public const string NotJson = "not_json";
    public const string NotSmaller = "not_smaller";
    public const string IsJson = "json";
    public const string SourceCode = "source_code";
    public const string TooShort = "too_short";
    public const string TooLong = "too_long";
    public const string TooRecent = "too_recent";
    public const string FileToEdit = "file_to_edit";
    public const string NotWorthIt = "costs_more_than_it_saves";
    public const string NoWindow = "no_window_known";
    public const string NoQuestion = "no_question";
    public const string HasHints = "client_sets_cache_control";
    public const string NoReuse = "no_reuse_expected";
    public const string NotThisTarget = "not_for_this_target";
    public const string KeptCacheable = "kept_long_enough_for_the_cache";
    public const string AlreadyThere = "already_there";
    public const string SurvivorCheck = "survivor_check_failed";
    public const string Failed = "failed";
    public const string TimeBudget = "time_budget";
    public const string NoToolResults = "no_tool_results";

    /// <summary>It asks a model, which does not happen in shadow or outside of a gateway.</summary>
    public const string NotAsked = "model_not_asked";

    /// <summary>The last message is not the user's: a tool has answered.</summary>
    public const string NoUserTurn = "not_a_user_turn";

    /// <summary>The message has more parts than one text.</summary>
    public const string SeveralParts = "several_parts";
    public const string AlreadyGood = "already_good";
    public const string NotParsed = "prompt_not_parsed";
}
