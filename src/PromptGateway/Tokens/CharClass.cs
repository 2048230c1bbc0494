namespace PromptGateway.Tokens;

/// <summary>What a character is to the split patterns: the groups of Unicode categories that they name.</summary>
[Flags]
internal enum CharClass : byte
{
    /// <summary>Punctuation, symbols, controls, unassigned, and every byte that is not valid UTF-8.</summary>
    Other = 0,

    /// <summary>Lu, Lt.</summary>
    Upper = 1,

    /// <summary>Ll.</summary>
    Lower = 2,

    /// <summary>Lm, Lo: letters without case.</summary>
    Caseless = 4,

    /// <summary>Mn, Mc, Me: not a letter, but part of o200k's words.</summary>
    Mark = 8,

    /// <summary>Nd, Nl, No.</summary>
    Number = 16,

    /// <summary>White_Space other than CR and LF.</summary>
    Blank = 32,

    /// <summary>CR or LF.</summary>
    NewLine = 64,

    Letter = Upper | Lower | Caseless,
    Space = Blank | NewLine,

    /// <summary>What may begin an o200k word, before its lower case: [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}].</summary>
    WordHead = Upper | Caseless | Mark,

    /// <summary>What may end an o200k word: [\p{Ll}\p{Lm}\p{Lo}\p{M}].</summary>
    WordTail = Lower | Caseless | Mark,
}
