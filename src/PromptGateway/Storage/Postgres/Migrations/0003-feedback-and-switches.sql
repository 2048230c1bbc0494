ALTER TABLE usage ADD COLUMN response_id text;
ALTER TABLE usage ADD COLUMN tool_calls bigint;
ALTER TABLE usage ADD COLUMN invalid_tool_calls bigint;

CREATE TABLE feedback (
    request_id text PRIMARY KEY,
    key_id text NOT NULL,
    given_at timestamptz NOT NULL,
    score double precision NOT NULL,
    comment text
);

CREATE TABLE optimization_switches (
    policy text NOT NULL,
    model text NOT NULL,
    is_off boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    metric text,
    reason text,
    PRIMARY KEY (policy, model)
);
