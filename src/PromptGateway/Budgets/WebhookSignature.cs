using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PromptGateway.Budgets;

/// <summary>
/// How alerts are signed: HMAC-SHA256, with the secret, over the timestamp (Unix seconds, as in its header), a full stop and the body.
/// A receiver that checks both refuses forged alerts, and old ones that somebody sends again.
/// </summary>
internal static class WebhookSignature
{
    public const string TimestampHeader = "x-promptgateway-timestamp";

    /// <summary><c>v1=</c> and 64 hex digits.</summary>
    public const string SignatureHeader = "x-promptgateway-signature";

    public static string Of(string secret, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp.ToString(CultureInfo.InvariantCulture) + "."));
        hash.AppendData(body);
        return "v1=" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
