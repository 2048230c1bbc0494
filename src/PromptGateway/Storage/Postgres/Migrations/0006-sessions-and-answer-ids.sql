-- Budgets by session, and feedback that names an answer by its own id without reading days of rows.
ALTER TABLE usage ADD COLUMN session text;
ALTER TABLE objects ADD COLUMN session text;
CREATE INDEX usage_session ON usage (session) WHERE session IS NOT NULL;
CREATE INDEX usage_response_id ON usage (key_id, response_id, started_at) WHERE response_id IS NOT NULL;

-- Makes a counter over the ledger. The lock keeps rows from being written between the sum and the counter's first row: a row is in the
-- sum or seen by the trigger, never both and never neither.
CREATE OR REPLACE FUNCTION open_counter(
    the_name text, the_window bigint, the_cap bigint, version bigint, the_scope text, the_subject text, is_money boolean,
    patterns text[], starts timestamptz, ends timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(x'5047434F554E5453'::bigint);
    INSERT INTO shared_counters (name, window_start, kind, cap, cap_version, settled, scope, subject, money, models, from_time,
                                 until_time, used_at)
    SELECT the_name, the_window, 2, the_cap, version, least(coalesce(sum(amount), 0), 9e18)::bigint, the_scope, the_subject, is_money, patterns,
           starts, ends, clock_timestamp()
    FROM (
        SELECT CASE WHEN is_money THEN coalesce(u.cost_nano_usd, 0) ELSE u.input_tokens::numeric + u.output_tokens END AS amount
        FROM usage u
        WHERE (the_scope = 'gateway' OR (the_scope = 'key' AND u.key_id = the_subject) OR (the_scope = 'team' AND u.team = the_subject)
            OR (the_scope = 'session' AND u.session = the_subject))
          AND u.started_at >= coalesce(starts, '-infinity') AND u.started_at < coalesce(ends, 'infinity')
          AND (patterns IS NULL OR u.requested_model ILIKE ANY (patterns) OR u.upstream_model ILIKE ANY (patterns))
        UNION ALL
        SELECT CASE WHEN is_money THEN e.cost_nano_usd ELSE e.tokens END
        FROM expired_spend e
        WHERE starts IS NULL
          AND (the_scope = 'gateway' OR (the_scope = 'key' AND e.key_id = the_subject) OR (the_scope = 'team' AND e.team = the_subject))
          AND (patterns IS NULL OR e.requested_model ILIKE ANY (patterns) OR e.upstream_model ILIKE ANY (patterns))
    ) AS spend
    WHERE NOT EXISTS (SELECT FROM shared_counters s WHERE s.name = the_name AND s.window_start = the_window)
    ON CONFLICT DO NOTHING;
END $$;

-- The ledger's rows and the counters that sum them change in one transaction: no crash can come between.
CREATE OR REPLACE FUNCTION count_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    spend record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(x'5047434F554E5453'::bigint);
    FOR spend IN
        SELECT c.name, c.window_start,
               sum(CASE WHEN c.money THEN coalesce(i.cost_nano_usd, 0) ELSE i.input_tokens::numeric + i.output_tokens END) AS amount
        FROM inserted i
        CROSS JOIN LATERAL (VALUES ('key', i.key_id), ('team', i.team), ('gateway', ''), ('session', i.session)) AS owner (scope, subject)
        JOIN shared_counters c ON c.kind = 2 AND c.scope = owner.scope AND c.subject = owner.subject
        WHERE i.started_at >= coalesce(c.from_time, '-infinity') AND i.started_at < coalesce(c.until_time, 'infinity')
          AND (c.models IS NULL OR i.requested_model ILIKE ANY (c.models) OR i.upstream_model ILIKE ANY (c.models))
        GROUP BY c.name, c.window_start
        ORDER BY c.name COLLATE "C", c.window_start
    LOOP
        UPDATE shared_counters c SET settled = least(c.settled + spend.amount, 9e18)::bigint
        WHERE c.name = spend.name AND c.window_start = spend.window_start;
    END LOOP;
    RETURN NULL;
END $$;
