-- Times are timestamptz (microseconds), money is nano-dollars, lists and maps are JSON text.
CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL);
INSERT INTO counters VALUES ('key_version', 0);

CREATE TABLE keys (
    id text PRIMARY KEY,
    version bigint NOT NULL,
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix text NOT NULL,
    name text NOT NULL,
    team text,
    owner text,
    models text NOT NULL,
    policy text,
    limits text NOT NULL,
    budgets text NOT NULL,
    metadata text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    previous_hash bytea CHECK (length(previous_hash) = 32),
    previous_hash_expires_at timestamptz
);
CREATE INDEX keys_version ON keys (version);

-- One partition a month (UTC), made by the writer before a row needs it. A unique key must hold the partition's column: a row that
-- is sent again is the same row with the same started_at, so the pair finds it.
CREATE TABLE usage (
    id bigint GENERATED ALWAYS AS IDENTITY,
    request_id text NOT NULL,
    started_at timestamptz NOT NULL,
    key_id text NOT NULL,
    key_name text,
    team text,
    upstream text,
    provider text,
    operation text NOT NULL,
    endpoint text,
    requested_model text,
    upstream_model text,
    response_model text,
    stream boolean NOT NULL,
    status integer NOT NULL,
    outcome text NOT NULL,
    error_code text,
    input_tokens bigint NOT NULL,
    cached_input_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    cache_write_1h_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    reasoning_tokens bigint NOT NULL,
    usage_source text NOT NULL,
    cost_nano_usd bigint,
    attempts integer NOT NULL,
    duration_us bigint NOT NULL,
    first_token_us bigint,
    request_bytes bigint NOT NULL,
    response_bytes bigint NOT NULL,
    optimization text,
    saved_input_tokens bigint NOT NULL,
    upstream_request_id text,
    optimization_mode text,
    optimization_arm text,
    optimization_outcome text,
    optimization_reason text,
    conversation text,
    optimization_tokens_before bigint,
    saved_nano_usd bigint,
    optimizer_cost_nano_usd bigint NOT NULL DEFAULT 0,
    optimization_us bigint NOT NULL DEFAULT 0,
    optimization_detail text,
    shadow_policy text,
    shadow_outcome text,
    shadow_tokens_before bigint,
    shadow_saved_tokens bigint NOT NULL DEFAULT 0,
    shadow_saved_nano_usd bigint,
    shadow_us bigint NOT NULL DEFAULT 0,
    shadow_detail text,
    PRIMARY KEY (request_id, started_at)
) PARTITION BY RANGE (started_at);
CREATE INDEX usage_started_at ON usage (started_at);
CREATE INDEX usage_key_started_at ON usage (key_id, started_at);
CREATE INDEX usage_team_started_at ON usage (team, started_at) WHERE team IS NOT NULL;

-- What rows that retention has deleted had cost: budgets without a period go on counting it. No name is the empty text.
CREATE TABLE expired_spend (
    key_id text NOT NULL,
    team text NOT NULL,
    requested_model text NOT NULL,
    upstream_model text NOT NULL,
    cost_nano_usd bigint NOT NULL,
    tokens bigint NOT NULL,
    PRIMARY KEY (key_id, team, requested_model, upstream_model)
);
