using static PromptGateway.Dashboards.Filters;

namespace PromptGateway.Dashboards;

/// <summary>The gateway's own condition.</summary>
internal static class InternalsDashboard
{
    private const string Window = "[$__rate_interval]";

    public static Dashboard Create() =>
        new(
            "promptgateway-internals",
            "Internals",
            "The gateway's own time, its queues and ledger, memory, garbage collection and sockets.",
            [Variable.Instance],
            [
                new(null, [.. Numbers]),
                new("Own time and queues", [.. Queues]),
                new("Process", [.. Process]),
                new("Sockets and configuration", [.. Sockets]),
            ]
        );

    private static Panel[] Numbers =>
        [
            Panel.Stat(
                "Own time, p99",
                "s",
                "The gateway's own time for a request that 99 % stay under: not waiting for upstream or client.",
                $"histogram_quantile(0.99, sum by (le) (promptgateway:overhead_duration_seconds_bucket:rate5m{{{Instance}}})) >= 0"
            ) with
            {
                Colours = Thresholds.Above(0.005, 0.05),
            },
            Panel.Stat(
                "In flight",
                "short",
                "Requests not yet answered to the end.",
                $"sum(promptgateway_requests_in_flight{{{Instance}}})"
            ) with
            {
                Decimals = 0,
            },
            Panel.Stat(
                "Ledger lag",
                "s",
                "Age of the oldest row that is not in the ledger yet. Above 30 s the alert fires.",
                $"max(promptgateway_ledger_lag_seconds{{{Instance}}})"
            ) with
            {
                Colours = Thresholds.Above(5, 30),
            },
            Panel.Stat(
                "CPU",
                "suffix: cores",
                "Cores in use, over the gateways chosen.",
                $"sum(rate(dotnet_process_cpu_time_seconds_total{{{Instance}}}{Window}))"
            ) with
            {
                Decimals = 2,
            },
            Panel.Stat(
                "Memory",
                "bytes",
                "Largest resident set of the gateways chosen.",
                $"max(dotnet_process_memory_working_set_bytes{{{Instance}}})"
            ) with
            {
                Colours = Thresholds.Above(1 << 30, 2L << 30),
            },
            Panel.Stat(
                "Configuration",
                "none",
                "Whether the newest configuration is in use, or was refused and an older one serves on.",
                $"min(promptgateway_config_last_reload_successful{{{Instance}}})"
            ) with
            {
                Colours = Thresholds.Below(1, 0.5),
                States = ("refused", "in use"),
            },
        ];

    private static Panel[] Queues =>
        [
            Panel.Lines(
                "Own time per request",
                "s",
                "What the gateway adds, without waiting for upstream or client.",
                new Query(Overhead(0.5), "p50"),
                new Query(Overhead(0.95), "p95"),
                new Query(Overhead(0.99), "p99")
            ) with
            {
                Palette = Palettes.Quantiles,
            },
            Panel.Lines(
                "Ledger",
                "short",
                "Rows written per second, rows that wait in memory and on disk, and writes that failed and are tried again.",
                new Query($"sum(rate(promptgateway_ledger_rows_total{{{Instance}}}{Window}))", "rows/s"),
                new Query($"sum(promptgateway_ledger_queue{{{Instance}}})", "rows waiting"),
                new Query($"sum(promptgateway_ledger_spool{{{Instance}}})", "rows on disk"),
                new Query($"sum(rate(promptgateway_ledger_rows_refused_total{{{Instance}}}{Window}))", "refused/s"),
                new Query($"sum(rate(promptgateway_ledger_write_failures_total{{{Instance}}}{Window}))", "failures/s")
            ),
            Panel.Lines(
                "Ledger lag",
                "s",
                "Age of the oldest row that is not in the ledger yet.",
                new Query($"promptgateway_ledger_lag_seconds{{{Instance}}}", "{{instance}}")
            ) with
            {
                Colours = Thresholds.Above(5, 30),
                ShowsThresholds = true,
            },
            Panel.Lines(
                "Key store",
                "s",
                "Time since the key store last answered. Known keys work on without it, new ones do not.",
                new Query($"promptgateway_keystore_staleness_seconds{{{Instance}}}", "{{instance}}")
            ),
            Panel.Lines(
                "Thread pool",
                "short",
                "Threads, and work that waits for one. Work that waits means that something blocks threads.",
                new Query($"sum(dotnet_thread_pool_threads{{{Instance}}})", "threads"),
                new Query($"sum(dotnet_thread_pool_queue_length{{{Instance}}})", "waiting")
            ),
            Panel.Lines(
                "What could not be read along",
                "reqps",
                "Streams passed on unread (their usage is estimated), and clients that left before the end.",
                new Query($"sum by (reason) (rate(promptgateway_stream_tap_gave_up_total{{{Instance}}}{Window}))", "unread: {{reason}}"),
                new Query($"sum by (phase) (rate(promptgateway_client_closed_total{{{Instance}}}{Window}))", "client left: {{phase}}")
            ),
        ];

    private static Panel[] Process =>
        [
            Panel.Lines(
                "CPU",
                "suffix: cores",
                "Cores in use, in user code and in the kernel.",
                new Query($"sum by (cpu_mode) (rate(dotnet_process_cpu_time_seconds_total{{{Instance}}}{Window}))", "{{cpu_mode}}")
            ),
            Panel.Stack(
                "Managed heap after the last collection",
                "bytes",
                "By generation; loh holds objects of 85 kB and more, poh pinned ones.",
                new Query(
                    $"sum by (gc_heap_generation) (dotnet_gc_last_collection_heap_size_bytes{{{Instance}}})",
                    "{{gc_heap_generation}}"
                )
            ),
            Panel.Lines(
                "Memory",
                "bytes",
                "Resident set of the process, and what of it the managed heap has committed.",
                new Query($"dotnet_process_memory_working_set_bytes{{{Instance}}}", "resident {{instance}}"),
                new Query($"dotnet_gc_last_collection_memory_committed_size_bytes{{{Instance}}}", "committed {{instance}}")
            ),
            Panel.Lines(
                "Time in garbage collection",
                "percentunit",
                "Share of time in which collections stopped the process.",
                new Query($"sum by (instance) (rate(dotnet_gc_pause_time_seconds_total{{{Instance}}}{Window}))", "{{instance}}")
            ) with
            {
                Colours = Thresholds.Above(0.02, 0.1),
                ShowsThresholds = true,
            },
            Panel.Stack(
                "Collections",
                "ops",
                "Garbage collections per second by generation.",
                new Query(
                    $"sum by (gc_heap_generation) (rate(dotnet_gc_collections_total{{{Instance}}}{Window}))",
                    "{{gc_heap_generation}}"
                )
            ),
            Panel.Lines(
                "Allocations",
                "Bps",
                "Bytes allocated on the managed heap per second.",
                new Query($"sum by (instance) (rate(dotnet_gc_heap_total_allocated_bytes_total{{{Instance}}}{Window}))", "{{instance}}")
            ),
        ];

    private static Panel[] Sockets =>
        [
            Panel.Lines(
                "Client connections",
                "short",
                "Open connections by the gateway's port, and connections that wait to be accepted.",
                new Query($"sum by (server_port) (kestrel_active_connections{{{Instance}}})", "open, port {{server_port}}"),
                new Query($"sum(kestrel_queued_connections{{{Instance}}})", "waiting")
            ),
            Panel.Stack(
                "Upstream connections",
                "short",
                "Open connections to upstreams, by whether a request is on them. Telemetry:ConnectionMetrics=false leaves them out.",
                new Query(
                    $"sum by (server_address, http_connection_state) (http_client_open_connections{{{Instance}}})",
                    "{{server_address}} {{http_connection_state}}"
                )
            ),
            Panel.Lines(
                "Configurations",
                "short",
                "How often a configuration was applied, and refused, since the start.",
                new Query($"sum by (result) (promptgateway_config_reloads_total{{{Instance}}})", "{{result}}"),
                new Query($"max(promptgateway_config_version{{{Instance}}})", "version in use")
            ),
        ];

    private static string Overhead(double share) => Latency.Quantile(share, "overhead_duration", Instance);
}
