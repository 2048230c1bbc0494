namespace PromptGateway.Forwarding;

/// <summary>The upstream's body, read along with.</summary>
internal sealed class TappedContent(HttpContent original, AnswerTap tap) : StandInContent(original, tap);
