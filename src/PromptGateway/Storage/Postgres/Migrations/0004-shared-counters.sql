-- Limits and budgets that replicas share: one row a counter and window, one row for what each replica holds of it. All times are the
-- database's own. Whoever changes a lease holds the lock on its counter's row.
CREATE TABLE shared_counters (
    name text COLLATE "C" NOT NULL,
    window_start bigint NOT NULL,
    -- 0: a window, booked by leases; 1: slots, nothing is booked; 2: booked by rows of the ledger
    kind smallint NOT NULL,
    cap bigint NOT NULL,
    cap_version bigint NOT NULL,
    settled bigint NOT NULL,
    wanted_by text,
    wanted_until timestamptz,
    -- which rows of the ledger; models are patterns of LIKE
    scope text,
    subject text,
    money boolean,
    models text[],
    from_time timestamptz,
    until_time timestamptz,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (name, window_start)
) WITH (fillfactor = 50);
CREATE INDEX shared_counters_ledger ON shared_counters (scope, subject) WHERE kind = 2;

CREATE TABLE counter_leases (
    name text COLLATE "C" NOT NULL,
    window_start bigint NOT NULL,
    holder text NOT NULL,
    sequence bigint NOT NULL,
    booked bigint NOT NULL,
    hold bigint NOT NULL,
    heard_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    returns_at timestamptz NOT NULL,
    PRIMARY KEY (name, window_start, holder)
) WITH (fillfactor = 50);

-- Ticks of 100 ns since year 1, UTC.
CREATE FUNCTION ticks(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT (extract(epoch FROM at) * 1000000)::bigint * 10 + 621355968000000000 $$;

-- One exchange of a replica: an element of the arrays a counter. Counters are locked in the order of their names, as the ledger's trigger
-- does. A counter of kind 2 that does not exist yet gives no row.
CREATE FUNCTION lease_counters(
    the_holder text, lease interval, abandon_after interval,
    names text[], windows bigint[], kinds smallint[], caps bigint[], versions bigint[], sequences bigint[],
    bookeds bigint[], leasts bigint[], needs bigint[], wants bigint[], sinces bigint[])
RETURNS TABLE (place int, sequence bigint, hold bigint, settled bigint, others bigint, unanswered bigint, replicas int, cap bigint,
               wanted boolean, now_ticks bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    r record;
    c shared_counters;
    own counter_leases;
    t timestamptz;
    lost bigint;
    newly bigint;
    held bigint;
    room bigint;
    share bigint;
    due bigint;
BEGIN
    FOR r IN
        SELECT *
        FROM unnest(names, windows, kinds, caps, versions, sequences, bookeds, leasts, needs, wants, sinces) WITH ORDINALITY
            AS request (name, window_start, kind, cap, version, sequence, booked, least, need, want, since, place)
        ORDER BY request.name COLLATE "C", request.window_start
    LOOP
        SELECT * INTO c FROM shared_counters s WHERE s.name = r.name AND s.window_start = r.window_start FOR UPDATE;
        IF NOT FOUND THEN
            CONTINUE WHEN r.kind = 2;
            INSERT INTO shared_counters (name, window_start, kind, cap, cap_version, settled, used_at)
            VALUES (r.name, r.window_start, r.kind, r.cap, r.version, 0, clock_timestamp())
            ON CONFLICT DO NOTHING;
            SELECT * INTO c FROM shared_counters s WHERE s.name = r.name AND s.window_start = r.window_start FOR UPDATE;
        END IF;
        t := clock_timestamp();
        IF r.version >= c.cap_version THEN
            c.cap := r.cap;
            c.cap_version := r.version;
        END IF;

        -- What dead replicas held comes back; of a window it counts as used.
        IF EXISTS (SELECT FROM counter_leases l
                   WHERE l.name = r.name AND l.window_start = r.window_start AND l.returns_at <= t AND l.hold > 0) THEN
            WITH dead AS (
                SELECT l.holder, l.hold FROM counter_leases l
                WHERE l.name = r.name AND l.window_start = r.window_start AND l.returns_at <= t AND l.hold > 0
            ), returned AS (
                UPDATE counter_leases l SET hold = 0, booked = l.booked + CASE WHEN c.kind = 0 THEN dead.hold ELSE 0 END
                FROM dead WHERE l.name = r.name AND l.window_start = r.window_start AND l.holder = dead.holder
            )
            SELECT sum(dead.hold) INTO lost FROM dead;
            IF c.kind = 0 THEN
                c.settled := c.settled + lost;
            END IF;
        END IF;

        SELECT * INTO own FROM counter_leases l
        WHERE l.name = r.name AND l.window_start = r.window_start AND l.holder = the_holder;
        IF NOT FOUND THEN
            own.sequence := 0;
            own.booked := 0;
            own.hold := 0;
        END IF;
        SELECT coalesce(sum(l.hold), 0), 1 + count(*) FILTER (WHERE l.ends_at > t),
               coalesce(sum(l.hold) FILTER (WHERE l.ends_at > t AND (r.since = 0 OR ticks(l.heard_at) <= r.since)), 0)
        INTO others, replicas, unanswered
        FROM counter_leases l
        WHERE l.name = r.name AND l.window_start = r.window_start AND l.holder <> the_holder;

        IF r.sequence > own.sequence THEN
            newly := greatest(0, r.booked - own.booked);
            held := greatest(0, own.hold - newly);
            own.sequence := r.sequence;
            own.booked := own.booked + newly;
            IF c.kind <> 2 THEN
                c.settled := c.settled + newly;
            END IF;
            IF r.want <= held THEN
                own.hold := r.want;
            ELSE
                -- What is left is shared evenly; who needs something gets it as long as there is enough.
                room := c.cap - c.settled - others;
                share := held + greatest(0, room - held) / (replicas + 1);
                due := CASE WHEN room >= r.least THEN greatest(share, r.need) ELSE share END;
                own.hold := greatest(held, least(due, r.want, room));
            END IF;
            INSERT INTO counter_leases AS l (name, window_start, holder, sequence, booked, hold, heard_at, ends_at, returns_at)
            VALUES (r.name, r.window_start, the_holder, own.sequence, own.booked, own.hold, t, t + lease,
                    t + lease + CASE WHEN c.kind = 2 THEN abandon_after ELSE interval '0' END)
            ON CONFLICT (name, window_start, holder) DO UPDATE SET
                sequence = excluded.sequence, booked = excluded.booked, hold = excluded.hold,
                heard_at = excluded.heard_at, ends_at = excluded.ends_at, returns_at = excluded.returns_at;
            IF own.hold < r.least AND others > 0 THEN
                c.wanted_by := the_holder;
                c.wanted_until := t + interval '1 second';
                PERFORM pg_notify('promptgateway_counters', 'short ' || the_holder || ' ' || r.name);
            ELSIF own.hold < held AND c.wanted_by <> the_holder AND c.wanted_until > t THEN
                PERFORM pg_notify('promptgateway_counters', 'returned ' || the_holder || ' ' || r.name);
            END IF;
        END IF;
        UPDATE shared_counters s
        SET cap = c.cap, cap_version = c.cap_version, settled = c.settled, wanted_by = c.wanted_by, wanted_until = c.wanted_until,
            used_at = t
        WHERE s.name = r.name AND s.window_start = r.window_start;

        place := r.place;
        sequence := own.sequence;
        hold := own.hold;
        settled := c.settled;
        cap := c.cap;
        wanted := coalesce(c.wanted_by <> the_holder AND c.wanted_until > t, false);
        now_ticks := ticks(t);
        RETURN NEXT;
    END LOOP;
END $$;

-- Makes a counter over the ledger. The lock keeps rows from being written between the sum and the counter's first row: a row is in the
-- sum or seen by the trigger, never both and never neither.
CREATE FUNCTION open_counter(
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
        WHERE (the_scope = 'gateway' OR (the_scope = 'key' AND u.key_id = the_subject) OR (the_scope = 'team' AND u.team = the_subject))
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
CREATE FUNCTION count_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    spend record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(x'5047434F554E5453'::bigint);
    FOR spend IN
        SELECT c.name, c.window_start,
               sum(CASE WHEN c.money THEN coalesce(i.cost_nano_usd, 0) ELSE i.input_tokens::numeric + i.output_tokens END) AS amount
        FROM inserted i
        CROSS JOIN LATERAL (VALUES ('key', i.key_id), ('team', i.team), ('gateway', '')) AS owner (scope, subject)
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
CREATE TRIGGER usage_counts AFTER INSERT ON usage REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION count_usage();
