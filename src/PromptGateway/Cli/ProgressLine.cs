using System.Globalization;

namespace PromptGateway.Cli;

/// <summary>One line on a terminal that says how far long work is; nothing when nobody looks (a pipe, a file, a log).</summary>
internal sealed class ProgressLine(TextWriter output, bool shown, string what, TimeProvider time) : IDisposable
{
    private const int Width = 24;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly long _started = time.GetTimestamp();
    private readonly Lock _gate = new();
    private TimeSpan _next = TimeSpan.FromMilliseconds(300);
    private int _drawn;

    /// <summary>For standard error, unless it is redirected.</summary>
    public static ProgressLine On(TextWriter error, string what) =>
        new(error, ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected, what, TimeProvider.System);

    /// <param name="done">Steps that are over.</param>
    /// <param name="total">Null when it is not known.</param>
    public void Report(int done, int? total)
    {
        if (!shown)
            return;
        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_started);
            if (elapsed < _next)
                return;
            _next = elapsed + Pause;
            Draw(Text(done, total, elapsed));
        }
    }

    public void Dispose()
    {
        lock (_gate)
            if (_drawn > 0)
                output.Write("\r" + new string(' ', _drawn) + "\r");
    }

    private void Draw(string text)
    {
        output.Write("\r" + text.PadRight(_drawn));
        output.Flush();
        _drawn = text.Length;
    }

    private string Text(int done, int? total, TimeSpan elapsed)
    {
        if (total is not > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{what} {done}");
        var filled = Width * Math.Min(done, total.Value) / total.Value;
        var left =
            done == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $", {elapsed.TotalSeconds * (total.Value - done) / done:0} s left");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what} [{new string('#', filled)}{new string('.', Width - filled)}] {done}/{total}{left}"
        );
    }
}
