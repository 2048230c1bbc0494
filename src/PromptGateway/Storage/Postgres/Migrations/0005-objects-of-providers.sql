-- Files, batches, background responses, ...: who made them, and what of them is still to be charged.
CREATE TABLE objects (
    id text COLLATE "C" PRIMARY KEY,
    kind text NOT NULL,
    upstream text NOT NULL,
    key_id text NOT NULL,
    key_name text,
    team text,
    request_id text NOT NULL,
    requested_model text,
    upstream_model text,
    created_at timestamptz NOT NULL,
    is_pending boolean NOT NULL,
    charged_at timestamptz,
    batch_id text
);
CREATE INDEX objects_created_at ON objects (created_at);
