using System.Security.Cryptography;
using PromptGateway.Prompts.Policies;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Preview;

/// <summary>
/// The patches of the last previews, so that an optimized payload can be posted to <c>/v1/prompts/restore</c> alone. In memory only, for ten
/// minutes, a few megabytes at most; what is forgotten is in the preview's own answer. Thread-safe.
/// </summary>
internal sealed class RestoreMemory(TimeProvider time)
{
    private const int LargestPatch = 256 << 10;
    private const int Most = 4 << 20;

    /// <summary>Previews that are remembered, however small; the same one again and again counts each time.</summary>
    private const int MostPreviews = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Patch, DateTimeOffset Until)> _patches = [];
    private readonly Queue<(string Key, DateTimeOffset Until)> _order = new();
    private int _size;

    public void Remember(ReadOnlyMemory<byte> optimized, RequestFormat format, string owner, string patch)
    {
        if (patch.Length > LargestPatch || KeyOf(optimized, format, owner) is not { } key)
            return;
        lock (_gate)
        {
            // Other originals may come to the same texts: the last one that was shown is meant.
            if (_patches.Remove(key, out var earlier))
                _size -= earlier.Patch.Length;
            var until = time.GetUtcNow() + KeptFor;
            _patches.Add(key, (patch, until));
            _order.Enqueue((key, until));
            _size += patch.Length;
            Forget();
        }
    }

    public string? Find(ReadOnlyMemory<byte> optimized, RequestFormat format, string owner)
    {
        if (KeyOf(optimized, format, owner) is not { } key)
            return null;
        lock (_gate)
        {
            Forget();
            return _patches.GetValueOrDefault(key).Patch;
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        while (_order.TryPeek(out var oldest) && (_size > Most || _order.Count > MostPreviews || oldest.Until <= now))
        {
            _order.Dequeue();
            if (!_patches.TryGetValue(oldest.Key, out var entry) || entry.Until != oldest.Until)
                continue;
            _patches.Remove(oldest.Key);
            _size -= entry.Patch.Length;
        }
    }

    /// <summary>By its texts: clients write the rest of a payload anew.</summary>
    private static string? KeyOf(ReadOnlyMemory<byte> body, RequestFormat format, string owner)
    {
        if (RestorePatch.Texts(body, format) is not { } texts)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(owner));
        foreach (var text in texts)
        {
            hash.AppendData(BitConverter.GetBytes(text.Length));
            hash.AppendData(text);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
