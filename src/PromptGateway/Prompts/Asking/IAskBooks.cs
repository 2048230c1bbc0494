namespace PromptGateway.Prompts.Asking;

/// <summary>Tells what a finished request was booked at.</summary>
internal interface IAskBooks
{
    AskCost CostOf(HttpContext finished);
}
