using Microsoft.AspNetCore.Http.HttpResults;

namespace PromptGateway.Admin;

/// <summary>Errors of the admin API as problem details (RFC 9457).</summary>
internal static class AdminProblem
{
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    public static ProblemHttpResult NoRule(string id) =>
        Of(StatusCodes.Status404NotFound, $"No rule '{id}' was made here; rules of the configuration are changed there.");

    public static ProblemHttpResult NoKey(string id) => Of(StatusCodes.Status404NotFound, $"There is no key with the id '{id}'.");

    /// <param name="errors">Messages by field.</param>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        TypedResults.Problem(
            string.Join("; ", errors.SelectMany(error => error.Value.Select(message => $"{error.Key}: {message}"))),
            statusCode: StatusCodes.Status400BadRequest,
            title: "The request is not valid.",
            extensions: new Dictionary<string, object?> { ["errors"] = errors }
        );
}
