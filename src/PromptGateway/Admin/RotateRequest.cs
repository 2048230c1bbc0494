namespace PromptGateway.Admin;

/// <summary>Body of <c>POST /admin/keys/{id}/rotate</c>; may be left out.</summary>
/// <param name="GraceSeconds">How long the present secret keeps working: 0 to 2592000 (30 days); absent: one hour.</param>
internal sealed record RotateRequest(long? GraceSeconds = null)
{
    public const long StandardGraceSeconds = 3600;
}
