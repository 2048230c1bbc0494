using PromptGateway.Chat;

namespace PromptGateway.Prompts;

/// <summary>Reads a form as far as its <c>model</c> field.</summary>
internal static class FormReading
{
    /// <param name="request">Its body is read.</param>
    /// <param name="limit">Bytes held at most.</param>
    /// <param name="whole">
    /// Read to the end and refuse what an upstream could read differently (<see cref="StrictForm"/>): for callers that may not
    /// use every model.
    /// </param>
    /// <param name="cancellationToken">The client left.</param>
    public static async ValueTask<(FormPrefix? Form, Rejection? Rejection)> ReadAsync(
        HttpRequest request,
        int limit,
        bool whole,
        CancellationToken cancellationToken
    )
    {
        if (FormModel.Delimiter(request.ContentType) is not { } delimiter)
            return (null, Rejection.BadRequest("invalid_form", "The multipart/form-data content type names no boundary."));
        var body = new PooledBody(16 * 1024);
        try
        {
            // Looked at again only after the form has grown by half, so that a long file before the field costs no quadratic search.
            for (var searchAt = 0; ; )
            {
                var read = await request.Body.ReadAsync(body.Free, cancellationToken);
                body.Advance(read);
                if (read == 0 || (!whole && body.Length >= searchAt))
                {
                    var (model, rejection) = whole
                        ? StrictForm.FindModel(body.Span, delimiter)
                        : (FormModel.Find(body.Span, delimiter), null);
                    if (rejection is not null)
                        return Refuse(body, rejection);
                    if (model is not null || read == 0)
                        return (
                            new FormPrefix
                            {
                                Body = body,
                                Rest = request.Body,
                                Length = request.ContentLength,
                                Model = model,
                                Complete = read == 0,
                            },
                            null
                        );
                    searchAt = body.Length + body.Length / 2;
                }
                if (body.Length > limit)
                    return Refuse(body, TooFar(limit));
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static (FormPrefix?, Rejection?) Refuse(PooledBody body, Rejection rejection)
    {
        body.Dispose();
        return (null, rejection);
    }

    private static Rejection TooFar(int limit) =>
        new(
            413,
            "invalid_request_error",
            "request_too_large",
            $"No 'model' field in the first {limit} bytes of the form, or a form larger than that from a key with a model restriction: "
                + "send the field before the file, or raise Prompts:MaxFormPrefixBytes."
        )
        {
            Param = "model",
        };
}
