using System.CommandLine;
using PromptGateway.Admin;
using PromptGateway.Keys;

namespace PromptGateway.Cli;

/// <summary>
/// <c>promptgateway keys</c>: works on the database itself, with or without a running gateway; one that runs sees a change within
/// its poll interval. Keys that are declared in configuration or environment are not shown here.
/// </summary>
internal static class KeysCommand
{
    public static Command Create() =>
        new("keys", "Create, show and end API keys (in the database; a running gateway follows at once)")
        {
            CreateKey(),
            List(),
            Show(),
            Update(),
            Rotate(),
            Revoke(),
            Delete(),
        };

    private static Command CreateKey()
    {
        var command = new Command("create", "Create a key and print its secret, once");
        var draft = new KeyDraftOptions();
        draft.AddTo(command, update: false);
        return StoreCommand.Define(
            command,
            new StoreOptions(),
            creates: true,
            async (store, parsed, cancellationToken) =>
            {
                var now = store.Time.GetUtcNow();
                var view = KeyView.Of(await store.Keys.CreateAsync(draft.ApplyTo(new KeyDraft(), parsed, now), cancellationToken), now);
                return store.Show(view, output => KeyPrinter.Secret(output, view, "Created"));
            }
        );
    }

    private static Command List()
    {
        var team = new Option<string?>("--team") { Description = "Only keys of this team" };
        return StoreCommand.Define(
            new Command("list", "List the keys") { team },
            new StoreOptions(),
            creates: false,
            async (store, parsed, cancellationToken) =>
            {
                var now = store.Time.GetUtcNow();
                var all = await store.Keys.ListAsync(cancellationToken);
                KeyView[] keys =
                [
                    .. all.Where(key => parsed.GetValue(team) is not { } only || key.Team == only).Select(key => KeyView.Of(key, now)),
                ];
                return store.Show(new KeyListView(keys, keys.Length), output => KeyPrinter.List(output, keys));
            }
        );
    }

    private static Command Show() =>
        OnKey("show", "Show a key", (store, id, cancellationToken) => store.Keys.FindAsync(id, cancellationToken));

    private static Command Revoke() =>
        OnKey(
            "revoke",
            "End a key at once and keep it visible",
            (store, id, cancellationToken) => store.Keys.RevokeAsync(id, cancellationToken)
        );

    private static Command Update()
    {
        var draft = new KeyDraftOptions();
        var id = Id();
        var command = new Command("update", "Change fields of a key; what is not named stays") { id };
        draft.AddTo(command, update: true);
        return StoreCommand.Define(
            command,
            new StoreOptions(),
            creates: false,
            async (store, parsed, cancellationToken) =>
            {
                var now = store.Time.GetUtcNow();
                return Print(
                    store,
                    parsed.GetRequiredValue(id),
                    await store.Keys.UpdateAsync(
                        parsed.GetRequiredValue(id),
                        current => draft.ApplyTo(current, parsed, now),
                        cancellationToken
                    )
                );
            }
        );
    }

    private static Command Rotate()
    {
        var grace = new Option<string>("--grace")
        {
            Description = "How long the present secret keeps working: 0s to 30d",
            DefaultValueFactory = _ => "1h",
        };
        var id = Id();
        return StoreCommand.Define(
            new Command("rotate", "Give a key a new secret and print it, once") { id, grace },
            new StoreOptions(),
            creates: false,
            async (store, parsed, cancellationToken) =>
            {
                var text = parsed.GetRequiredValue(grace);
                if (!Duration.TryParse(text, out var period) || period > KeyAdministration.MaxGrace)
                    throw new FormatException(
                        $"--grace '{text}' cannot be read; write 0s, 30m, 12h or 7d, at most {KeyAdministration.MaxGrace.TotalDays}d."
                    );
                var keyId = parsed.GetRequiredValue(id);
                var issued = await store.Keys.RotateAsync(keyId, period, cancellationToken) ?? throw new UnknownKeyException(keyId);
                var view = KeyView.Of(issued, store.Time.GetUtcNow());
                return store.Show(view, output => KeyPrinter.Secret(output, view, "Rotated"));
            }
        );
    }

    private static Command Delete()
    {
        var id = Id();
        return StoreCommand.Define(
            new Command("delete", "End a key at once and forget it; its usage stays in the ledger") { id },
            new StoreOptions(),
            creates: false,
            async (store, parsed, cancellationToken) =>
            {
                var keyId = parsed.GetRequiredValue(id);
                if (!await store.Keys.DeleteAsync(keyId, cancellationToken))
                    throw new UnknownKeyException(keyId);
                return store.Show(new { id = keyId, deleted = true }, output => output.WriteLine($"Deleted {keyId}."));
            }
        );
    }

    private static Command OnKey(string name, string description, Func<StoreCommand, string, CancellationToken, Task<ApiKey?>> run)
    {
        var id = Id();
        return StoreCommand.Define(
            new Command(name, description) { id },
            new StoreOptions(),
            creates: false,
            async (store, parsed, cancellationToken) =>
            {
                var keyId = parsed.GetRequiredValue(id);
                return Print(store, keyId, await run(store, keyId, cancellationToken));
            }
        );
    }

    private static int Print(StoreCommand store, string id, ApiKey? key)
    {
        var view = KeyView.Of(key ?? throw new UnknownKeyException(id), store.Time.GetUtcNow());
        return store.Show(view, output => KeyPrinter.Details(output, view));
    }

    private static Argument<string> Id() => new("id") { Description = "The key's id: key_..." };
}
