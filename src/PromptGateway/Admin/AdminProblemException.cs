using Microsoft.AspNetCore.Http.HttpResults;

namespace PromptGateway.Admin;

/// <summary>Ends the handling of a request with the given answer.</summary>
internal sealed class AdminProblemException(ProblemHttpResult problem) : Exception(problem.ProblemDetails.Detail)
{
    public AdminProblemException(int status, string detail)
        : this(AdminProblem.Of(status, detail)) { }

    public ProblemHttpResult Problem => problem;
}
