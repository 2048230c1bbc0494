using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Writes an answer in one API's wire format. Pure: pacing, faults and the network are <see cref="AnswerSender"/>'s.</summary>
internal interface IAnswerFormat
{
    JsonObject Whole(Answer answer);

    /// <summary>Every event of the stream, in order, made as they are asked for.</summary>
    IEnumerable<StreamFrame> Stream(Answer answer);

    /// <summary>The events with which the API reports an error after its stream began.</summary>
    /// <param name="answer">The answer that was being streamed.</param>
    /// <param name="error">The error.</param>
    /// <param name="sent">Events sent before.</param>
    IEnumerable<StreamFrame> StreamError(Answer answer, Rejection error, int sent);
}
