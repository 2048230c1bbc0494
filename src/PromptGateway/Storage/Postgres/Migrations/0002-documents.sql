-- Rules of limits and budgets, raises, alerts: what people make while the gateway runs.
CREATE TABLE documents (
    kind text NOT NULL,
    id text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (kind, id)
);
INSERT INTO counters VALUES ('document_version', 0);
