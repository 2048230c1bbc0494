using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Groups the lines of a text by their form. Rent, find, dispose; not thread-safe.</summary>
internal sealed class LogForms : IDisposable
{
    private const int LongestLine = 4096;
    private const int FewestLines = 3;

    /// <summary>About the bytes of a token in what lines share.</summary>
    private const int BytesPerToken = 5;

    /// <summary>Tokens that a form must save.</summary>
    private const int SmallestGain = 4;

    /// <summary>Tokens that all forms must save: what the first line of a folded log takes, and some more.</summary>
    private const int SmallestSum = 48;
    private const int FirstJudged = 64;
    private const int SecondJudged = 256;

    /// <summary>At least one line in so many must be folded: else the text is no log but a page or a listing, better left to read as it is.</summary>
    private const int LeastFolded = 2;

    [ThreadStatic]
    private static LogForms? _cached;

    private readonly Dictionary<ulong, int> _byHash = [];
    private readonly List<int> _formOfLine = [];
    private LogForm[] _forms = new LogForm[32];
    private LogWord[] _words = new LogWord[256];
    private int _formCount;
    private int _wordCount;

    public static LogForms Rent()
    {
        var forms = _cached ?? new LogForms();
        _cached = null;
        return forms;
    }

    public void Dispose() => _cached = this;

    /// <summary>The form of a line, or -1.</summary>
    public int FormOf(int line) => _formOfLine[line];

    public ref LogForm this[int form] => ref _forms[form];

    public ReadOnlySpan<LogWord> WordsOf(in LogForm form) => _words.AsSpan(form.FirstWord, form.Words);

    /// <summary>Finds the forms; false when none of them pays.</summary>
    public bool TryFind(ReadOnlySpan<byte> text)
    {
        _byHash.Clear();
        _formOfLine.Clear();
        (_formCount, _wordCount) = (0, 0);
        foreach (var range in text.Split((byte)'\n'))
        {
            _formOfLine.Add(Assign(text, range.Start.Value, range.End.Value));
            if (_formOfLine.Count is FirstJudged or SecondJudged && IsHopeless())
                return false;
        }
        int folded = 0,
            gain = 0;
        for (var index = 0; index < _formCount; index++)
        {
            if (!TrySettle(text, ref _forms[index], out var saved))
                continue;
            folded += _forms[index].Lines;
            gain += saved;
        }
        return folded * LeastFolded > _formOfLine.Count && gain >= SmallestSum;
    }

    /// <summary>Whether nearly every line so far has a form of its own: a page or a program, not worth reading on.</summary>
    private bool IsHopeless() => _formCount * 4 > _formOfLine.Count * (_formOfLine.Count == FirstJudged ? 3 : 2);

    private int Assign(ReadOnlySpan<byte> text, int start, int end)
    {
        var line = text[start..end];
        if (line.Length is < 8 or > LongestLine || line.IndexOf("{}"u8) >= 0)
            return -1;
        var hash = LogLine.Hash(line, out var words);
        if (!_byHash.TryGetValue(hash, out var form))
        {
            _byHash.Add(hash, form = _formCount);
            Open(text, start, end, words);
            _forms[form].Lines++;
            return form;
        }
        return TryJoin(text, ref _forms[form], line) ? form : -1;
    }

    private void Open(ReadOnlySpan<byte> text, int start, int end, int words)
    {
        if (_formCount == _forms.Length)
            Array.Resize(ref _forms, _formCount * 2);
        while (_wordCount + words > _words.Length)
            Array.Resize(ref _words, _words.Length * 2);
        _forms[_formCount++] = new LogForm
        {
            LineStart = start,
            LineEnd = end,
            FirstWord = _wordCount,
            Words = words,
        };
        var rest = text[start..end];
        for (var index = 0; index < words; index++)
        {
            var length = LogLine.NextWord(ref rest).Length;
            _words[_wordCount++] = new LogWord
            {
                Prefix = length,
                Suffix = length,
                Shortest = length,
            };
        }
    }

    /// <summary>Adds a line to a form; false when only their hashes are the same.</summary>
    private bool TryJoin(ReadOnlySpan<byte> text, ref LogForm form, ReadOnlySpan<byte> line)
    {
        var model = text[form.LineStart..form.LineEnd];
        if (LogLine.CountWords(line) != form.Words || !LogLine.SameForm(model, line))
            return false;
        form.Lines++;
        foreach (ref var word in _words.AsSpan(form.FirstWord, form.Words))
        {
            var ours = LogLine.NextWord(ref model);
            var theirs = LogLine.NextWord(ref line);
            if (ours.SequenceEqual(theirs))
                continue;
            word.Varies = true;
            word.Shortest = Math.Min(word.Shortest, theirs.Length);
            word.Prefix = Math.Min(word.Prefix, ours.CommonPrefixLength(theirs));
            var suffix = 0;
            while (suffix < word.Suffix && suffix < theirs.Length && ours[^(suffix + 1)] == theirs[^(suffix + 1)])
                suffix++;
            word.Suffix = suffix;
        }
        return true;
    }

    /// <summary>Moves the edges of what varies to where words of a word begin and end, and judges how many tokens the form saves.</summary>
    private bool TrySettle(ReadOnlySpan<byte> text, ref LogForm form, out int gain)
    {
        gain = 0;
        if (form.Lines < FewestLines)
            return false;
        var model = text[form.LineStart..form.LineEnd];
        int varying = 0,
            constant = form.Words - 1;
        foreach (ref var word in _words.AsSpan(form.FirstWord, form.Words))
        {
            var first = LogLine.NextWord(ref model);
            if (!word.Varies)
            {
                constant += first.Length;
                continue;
            }
            varying++;
            while (word.Prefix > 0 && char.IsAsciiLetterOrDigit((char)first[word.Prefix - 1]))
                word.Prefix--;
            word.Suffix = Math.Min(word.Suffix, word.Shortest - word.Prefix);
            while (word.Suffix > 0 && char.IsAsciiLetterOrDigit((char)first[^word.Suffix]))
                word.Suffix--;
            constant += word.Prefix + word.Suffix;
        }
        // A line keeps its values, each with a blank before it, and gets a number; the form stands there once.
        var shared = constant / BytesPerToken;
        gain = (form.Lines * (shared - 1 - varying)) - (shared + varying + 2);
        form.Number = gain > SmallestGain ? -1 : 0;
        return form.Number < 0;
    }
}
