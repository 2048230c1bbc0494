namespace PromptGateway.Budgets;

/// <summary>Calendar periods in UTC; a week begins on Monday.</summary>
internal static class BudgetPeriod
{
    /// <summary>When the period began that holds the given time; null for a budget without periods.</summary>
    public static DateTimeOffset? Start(string per, DateTimeOffset at)
    {
        var day = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero);
        return per switch
        {
            "day" => day,
            "week" => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            "month" => day.AddDays(1 - day.Day),
            _ => null,
        };
    }

    /// <summary>When it ends; null: never.</summary>
    public static DateTimeOffset? End(string per, DateTimeOffset? start) =>
        per switch
        {
            "day" => start?.AddDays(1),
            "week" => start?.AddDays(7),
            "month" => start?.AddMonths(1),
            _ => null,
        };
}
