using System.Runtime.CompilerServices;
using PromptGateway.Json;
using PromptGateway.Objects;
using PromptGateway.Providers;

namespace PromptGateway.Forwarding;

/// <summary>Reads along with an answer that is one JSON document: its <c>usage</c> and <c>model</c>, wherever they stand.</summary>
internal sealed class BodyTap(
    Stream inner,
    IWireFormat format,
    AnswerEnd end,
    TimeProvider time,
    bool readsToolCalls,
    ObjectAnswer? makes = null
) : AnswerTap(inner, format, end, time)
{
    private readonly JsonMemberTap _members =
        readsToolCalls ? new(AnswerMembers.WithToolCalls, AnswerMembers.LongestList)
        : makes is null ? new(AnswerMembers.Names)
        : new(AnswerMembers.OfObjects);
    private bool _settled;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException)
        {
            Cut = !cancellationToken.IsCancellationRequested;
            throw;
        }
        if (buffer.IsEmpty)
            return 0;
        NoteRead(read);
        if (read == 0)
            Completed = true;
        else if (!_settled)
            _members.Feed(buffer.Span[..read]);
        if (read == 0 || (!_settled && _members.State == JsonTapState.Complete))
        {
            if (makes is not null && !_settled && _members.State == JsonTapState.Complete)
                await EndObjectAsync(makes);
            ReachEnd();
        }
        return read;
    }

    /// <summary>Before the client has the end of the answer, and with it the id.</summary>
    private ValueTask EndObjectAsync(ObjectAnswer answer)
    {
        var status = Text("status"u8) ?? Text("processing_status"u8);
        var (file, errors) = (Text("output_file_id"u8) ?? FileOfUpload(), Text("error_file_id"u8));
        Settle();
        return answer.EndAsync(new ObjectFacts(Facts.Id, status, Facts.Model, file, Facts.HasUsage ? Facts.Usage : null, errors));
    }

    private string? FileOfUpload() =>
        _members.TryGet("file"u8, out var file) && JsonMemberFind.TryFindTopLevel(file, "id"u8, out var id)
            ? ResponseId.Read(id.RawValue(file))
            : null;

    private string? Text(ReadOnlySpan<byte> name) => _members.TryGet(name, out var value) ? ResponseId.Read(value) : null;

    public override void Settle()
    {
        if (_settled)
            return;
        _settled = true;
        GaveUp = _members.State == JsonTapState.GaveUp;
        if (_members.TryGet("usage"u8, out var usage))
            Facts.HasUsage = Format.TryReadUsage(usage, ref Facts.Usage);
        if (_members.TryGet("model"u8, out var model) && FastJson.TryString(model, out var name))
            Facts.Model = ModelName.Read(name);
        if (_members.TryGet("id"u8, out var id))
            Facts.Id = ResponseId.Read(id);
        // Some have the member in every answer, empty.
        Facts.Failed = _members.TryGet("error"u8, out var error) && !error.SequenceEqual("null"u8) && error is not ([_, _]);
        if (readsToolCalls)
            ReadToolCalls();
        _members.Dispose();
    }

    private void ReadToolCalls()
    {
        foreach (var name in AnswerMembers.ToolCallLists)
            if (_members.TryGet(name, out var list) && ToolCallCheck.Read(list) is { } found)
                (ToolCalls, InvalidToolCalls) = found;
    }
}
