using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Keys;
using PromptGateway.Prompts.Asking;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary>What a question holds of the day's budget comes back, wherever asking it fails.</summary>
public sealed class AskReservationTests
{
    private static readonly AskSettings Settings = AskSettings.Of(
        new ModelsSection
        {
            Model = "gpt-4o-mini",
            MaxTokensPerDay = 1200,
            MaxOutputTokens = 800,
        }
    );

    [Theory]
    [InlineData("schema")]
    [InlineData("pipeline")]
    [InlineData("answer")]
    public async Task Fault_OnTheWay_GivesBackWhatWasReserved(string fault)
    {
        await using var gateway = await TestGateway.StartAsync();
        var asking = gateway.Services.GetRequiredService<ModelAsking>();
        var budget = gateway.Services.GetRequiredService<AskBudget>();
        var entrance = new Endpoint(
            fault == "pipeline" ? _ => throw new InvalidOperationException("A fault below.") : AnswerAsync,
            metadata: null,
            "entrance"
        );
        var asker = new Asker(
            entrance,
            new Caller
            {
                Key = null,
                Id = "key",
                Name = "key",
            },
            "request",
            "rewrite"
        );

        var answer = await asking.AskAsync(Question(fault), Settings, asker, default);

        answer.ShouldNotBeNull().Answer.Failure.ShouldBe(AskFailure.Error);
        budget.TryReserve(Settings, new AskCost(null, Settings.MostTokensPerDay)).ShouldNotBeNull();
    }

    private static Task AnswerAsync(HttpContext context) =>
        context.Response.WriteAsync(
            """
            {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"message","id":"msg_1",
            "status":"completed","role":"assistant","content":[{"type":"output_text","text":"{}","annotations":[]}]}]}
            """
        );

    private static ModelQuestion Question(string fault) =>
        new()
        {
            Kind = "tested",
            Text = "What?",
            Place = 0,
            MayAsk = true,
            Instructions = "Answer.",
            SchemaName = "answer",
            Schema = fault == "schema" ? null! : BinaryData.FromString("{}"),
            Judge = (_, _) => throw new InvalidOperationException("A fault of the judge."),
        };
}
