using System.Buffers;
using PromptGateway.Prompts.Map;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Finds where a conversation is cut. It goes through the requests that led to this one, in order, so that each cut is found again in every
/// later request.
/// </summary>
internal sealed class HistoryWindow : IDisposable
{
    private readonly PromptDraft _draft;
    private readonly int _budget;
    private readonly int _kept;
    private readonly int[] _sums;
    private readonly int[] _instructions;
    private readonly int _base;
    private readonly ToolPairs _pairs;
    private int _cut;
    private int _question = -1;

    /// <summary>The next place that may be cut at, and the user's last message before it.</summary>
    private int _next = 1;
    private int _user = -1;

    public HistoryWindow(PromptDraft draft, int budget, int kept)
    {
        _draft = draft;
        (_budget, _kept) = (budget, kept);
        _pairs = new ToolPairs(draft);
        var messages = draft.Map.Messages;
        _sums = ArrayPool<int>.Shared.Rent(messages.Length + 1);
        _instructions = ArrayPool<int>.Shared.Rent(messages.Length + 1);
        (_sums[0], _instructions[0]) = (0, 0);
        for (var index = 0; index < messages.Length; index++)
        {
            var size = Tokens(messages[index].Start, messages[index].End);
            _sums[index + 1] = _sums[index] + size;
            _instructions[index + 1] = _instructions[index] + (IsInstruction(messages[index].Kind) ? size : 0);
        }
        _base = Tokens(draft.Map.System.Start, draft.Map.System.End) + Tokens(draft.Map.Tools.Start, draft.Map.Tools.End);
    }

    public static bool IsInstruction(SegmentKind kind) => kind is SegmentKind.System or SegmentKind.Developer;

    /// <summary>The first message that stays, 0 when all do, and the one before it that stays as the question; -1 when none does.</summary>
    public (int Cut, int Question) Find()
    {
        var messages = _draft.Map.Messages;
        for (var last = 0; last < messages.Length; last++)
        {
            _pairs.Add(last);
            var isRequest = last == messages.Length - 1 || messages[last + 1].OpensStep;
            if (isRequest && Size(_cut, _question, last) > _budget)
                Move(last);
        }
        return (_cut, _question);
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_sums);
        ArrayPool<int>.Shared.Return(_instructions);
        _pairs.Dispose();
    }

    /// <summary>
    /// Moves the cut to the first place that leaves few enough, else to the last place there is. No place is looked at twice: one that could
    /// not be cut at never can.
    /// </summary>
    private void Move(int last)
    {
        var messages = _draft.Map.Messages;
        while (_next <= last)
        {
            var cut = _next++;
            if (messages[cut - 1].Kind == SegmentKind.User)
                _user = cut - 1;
            if (!MayCut(messages[cut], cut))
                continue;
            (_cut, _question) = (cut, messages[cut].Kind == SegmentKind.User ? -1 : _user);
            if (Size(_cut, _question, last) <= _kept)
                return;
        }
    }

    private int Size(int cut, int question, int last) =>
        _base + _sums[last + 1] - _sums[cut] + _instructions[cut] + (question >= 0 ? _sums[question + 1] - _sums[question] : 0);

    /// <summary>A message of the user or a step of the model may come first, if no tool result behind it answers a call before it.</summary>
    private bool MayCut(in PromptMessage message, int cut) =>
        (message.Kind == SegmentKind.User || message.OpensStep) && !_pairs.AreParted(cut);

    private int Tokens(int start, int end)
    {
        var estimate = new TextTokenEstimate();
        estimate.AddJsonString(_draft.Body[start..end]);
        return estimate.Tokens;
    }
}
