using System.Text.Json.Nodes;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>The tools that the agents of the corpus declare in every request.</summary>
internal static class CorpusTools
{
    public static JsonArray Coding() =>
        [
            Tool(
                "read_file",
                "Gives the lines of a file with their numbers.",
                ("path", "From the root of the repository."),
                ("lines", "The first and the last line, as 10-80; all if absent.")
            ),
            Tool(
                "search",
                "Searches the repository for a regular expression.",
                ("pattern", "The expression."),
                ("path", "A directory or a pattern of file names; everything if absent.")
            ),
            Tool(
                "edit",
                "Replaces a text in a file. The text must stand there exactly once.",
                ("path", "From the root of the repository."),
                ("old", "What stands there now, with its white space."),
                ("new", "What is to stand there.")
            ),
            Tool(
                "run",
                "Runs a command in the root of the repository and gives what it prints.",
                ("command", "The command, as for a shell."),
                ("timeout_seconds", "When to give up.")
            ),
        ];

    public static JsonArray Operations() =>
        [
            Tool("query", "Asks the database. Only reading is allowed.", ("sql", "One statement."), ("limit", "The most rows to give.")),
            HttpGet(),
            Tool(
                "logs",
                "Gives lines of the log of a service, the oldest first.",
                ("service", "Its name."),
                ("since", "A time, as RFC 3339."),
                ("contains", "A text that the lines must have.")
            ),
            Tool("read_page", "Gives a page of the handbook as Markdown.", ("path", "The path of the page.")),
        ];

    public static JsonArray Short() => [HttpGet()];

    private static JsonObject HttpGet() =>
        Tool(
            "http_get",
            "Asks a service for a resource and gives the body of its answer.",
            ("path", "Path and query."),
            ("service", "The name of the service.")
        );

    private static JsonObject Tool(string name, string description, params (string Name, string Description)[] parameters) =>
        new()
        {
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = name,
                ["description"] = description,
                ["parameters"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject(
                        parameters.Select(parameter =>
                            KeyValuePair.Create(
                                parameter.Name,
                                (JsonNode?)new JsonObject { ["type"] = "string", ["description"] = parameter.Description }
                            )
                        )
                    ),
                    ["required"] = new JsonArray(parameters[0].Name),
                },
            },
        };
}
