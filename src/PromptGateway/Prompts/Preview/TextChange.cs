namespace PromptGateway.Prompts.Preview;

/// <summary>One changed stretch of a prompt, in excerpts.</summary>
/// <param name="Message">Position in <c>messages</c> or <c>input</c>, from 0; -1 outside of them.</param>
/// <param name="Kind">What kind of part it lies in, for example <c>tool_result</c>.</param>
/// <param name="At">Where the stretch starts, in bytes of the part's text (of the body, where parts came or went).</param>
/// <param name="Before">The start of what was there.</param>
/// <param name="After">The start of what is there now.</param>
/// <param name="BeforeBytes">Length of the whole stretch before, in bytes of text.</param>
/// <param name="AfterBytes">Length of it now.</param>
internal sealed record TextChange(int Message, string Kind, int At, string Before, string After, int BeforeBytes, int AfterBytes);
