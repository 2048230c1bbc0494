using Microsoft.AspNetCore.Http.Features;
using PromptGateway.Chat;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>Reads multipart forms, in memory and bounded like any body.</summary>
internal static class FormReader
{
    /// <exception cref="RefusedException">The body is not a multipart form.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpContext context, SimulatorState state)
    {
        if (!context.Request.HasFormContentType)
            throw Refused();
        var bytes = await RequestReader.BytesAsync(context, state);
        context.Request.Body = new MemoryStream(bytes);
        var limits = new FormOptions { MultipartBodyLengthLimit = state.Options.MaxBodyBytes, MemoryBufferThreshold = int.MaxValue };
        try
        {
            return await new FormFeature(context.Request, limits).ReadFormAsync(context.RequestAborted);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            throw Refused();
        }
    }

    /// <exception cref="RefusedException">The form has no such file.</exception>
    public static async Task<(string Name, byte[] Content)> FileAsync(IFormCollection form, string field, CancellationToken cancel)
    {
        var file = form.Files[field] ?? (form.Files.Count > 0 ? form.Files[0] : throw RefusedException.Missing(field));
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, cancel);
        return (file.FileName, content);
    }

    private static RefusedException Refused() =>
        new(Rejection.BadRequest("invalid_form", "The body must be a multipart/form-data form with a file part."));
}
