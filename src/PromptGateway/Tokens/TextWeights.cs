namespace PromptGateway.Tokens;

/// <summary>
/// What each byte of a text adds to the estimate of its tokens, given what stood before it: a state machine in a table,
/// since a branch per byte would cost as much as tokenizing.
/// </summary>
internal static class TextWeights
{
    /// <summary>Weights are in 64ths of a token.</summary>
    public const int Unit = 64;

    private const int StateBits = 4;
    private const int Word = 34;
    private const int Letter = 8;
    private const int DigitGroup = 64;
    private const int SymbolRun = 28;
    private const int Symbol = 18;
    private const int BreakRun = 32;
    private const int Indent = 48;
    private const int TwoBytes = 23;
    private const int ThreeBytes = 49;
    private const int FourBytes = 128;

    private static readonly byte[] Kinds = [.. Enumerable.Range(0, 256).Select(b => (byte)KindOf(b))];

    // At [state, kind]: the weight above, the next state in the low bits.
    private static readonly ushort[] Steps = [.. Enumerable.Range(0, 256).Select(i => StepOf((State)(i >> StateBits), (Kind)(i & 15)))];

    private enum Kind
    {
        Small,
        Capital,
        Digit,
        Symbol,
        Blank,
        Break,
        Lead2,
        Lead3,
        Lead4,
        Continuation,
    }

    private enum State
    {
        Start,
        Small,
        Capital,
        Digit1,
        Digit2,
        Digit3,
        Symbol,
        Blank,
        Blanks,
        Break,
        Beyond,
    }

    /// <summary>The weight of the text; <paramref name="state"/>, 0 at first, carries on to the next call.</summary>
    public static long Add(ReadOnlySpan<byte> utf8, ref byte state)
    {
        // Locals: the loop must not store through the reference.
        int at = state;
        long units = 0;
        var steps = Steps;
        var kinds = Kinds;
        foreach (var b in utf8)
        {
            int step = steps[(at << StateBits) | kinds[b]];
            at = step & ((1 << StateBits) - 1);
            units += step >> StateBits;
        }
        state = (byte)at;
        return units;
    }

    private static ushort StepOf(State state, Kind kind)
    {
        var (next, weight) = kind switch
        {
            Kind.Small => (State.Small, Letter + (state is State.Small or State.Capital ? 0 : Word)),
            // A capital after a small letter starts a word too: camelCase.
            Kind.Capital => (State.Capital, Letter + (state == State.Capital ? 0 : Word)),
            Kind.Digit => state is State.Digit1 or State.Digit2 ? (state + 1, 0) : (State.Digit1, DigitGroup),
            Kind.Symbol => (State.Symbol, Symbol + (state == State.Symbol ? 0 : SymbolRun)),
            // One blank belongs to the word that follows.
            Kind.Blank => state is State.Blank or State.Blanks ? (State.Blanks, state == State.Blank ? Indent : 0) : (State.Blank, 0),
            Kind.Break => (State.Break, state == State.Break ? 0 : BreakRun),
            Kind.Lead2 => (State.Beyond, TwoBytes),
            Kind.Lead3 => (State.Beyond, ThreeBytes),
            Kind.Lead4 => (State.Beyond, FourBytes),
            _ => (state, 0),
        };
        return (ushort)(weight << StateBits | (int)next);
    }

    private static Kind KindOf(int b) =>
        b switch
        {
            '\n' or '\r' => Kind.Break,
            <= ' ' => Kind.Blank,
            >= 'a' and <= 'z' => Kind.Small,
            >= 'A' and <= 'Z' => Kind.Capital,
            >= '0' and <= '9' => Kind.Digit,
            < 0x80 => Kind.Symbol,
            < 0xC0 => Kind.Continuation,
            < 0xE0 => Kind.Lead2,
            < 0xF0 => Kind.Lead3,
            _ => Kind.Lead4,
        };
}
