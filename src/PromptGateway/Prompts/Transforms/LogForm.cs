namespace PromptGateway.Prompts.Transforms;

/// <summary>A form that several lines share: the first of them, and which parts of its words vary.</summary>
internal struct LogForm
{
    public int LineStart;
    public int LineEnd;
    public int Lines;

    /// <summary>The first of the form's words among all words of all forms.</summary>
    public int FirstWord;
    public int Words;

    /// <summary>The form's number in the text, from 1; 0 when it does not pay, -1 when it pays and has no number yet.</summary>
    public int Number;
}
