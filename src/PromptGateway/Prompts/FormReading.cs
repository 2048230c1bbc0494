using PromptGateway.Chat;

namespace PromptGateway.Prompts;

/// <summary>Reads a form as far as its <c>model</c> field.</summary>
internal static class FormReading
{
    public static async ValueTask<(FormPrefix? Form, Rejection? Rejection)> ReadAsync(
        HttpRequest request,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (FormModel.Delimiter(request.ContentType) is not { } delimiter)
            return (null, Rejection.BadRequest("invalid_form", "The multipart/form-data content type names no boundary."));
        var body = new PooledBody(16 * 1024);
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(body.Free, cancellationToken);
                body.Advance(read);
                var model = FormModel.Find(body.Span, delimiter);
                if (model is not null || read == 0)
                    return (
                        new FormPrefix
                        {
                            Body = body,
                            Model = model,
                            Complete = read == 0,
                        },
                        null
                    );
                if (body.Length > limit)
                {
                    body.Dispose();
                    return (null, TooFar(limit));
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static Rejection TooFar(int limit) =>
        new(
            413,
            "invalid_request_error",
            "request_too_large",
            $"No 'model' field in the first {limit} bytes of the form: send it before the file, or raise Prompts:MaxFormPrefixBytes."
        )
        {
            Param = "model",
        };
}
