-- Remainders that are each too small for a request are brought together. A replica also tells what of its lease requests use ("keep") and
-- what it insists on whatever the answer ("retain"): the bank takes back what it holds beyond that when it is of no use to those who wait
-- there, and nobody is refused while somebody else holds something in advance. Replicas of an older version, which go on with the function
-- of 14 arguments while they are replaced one by one, do not tell: as before, they have answered when they were heard.
ALTER TABLE counter_leases ADD COLUMN keep bigint;

-- One exchange of a replica: an element of the arrays a counter. Counters are locked in the order of their names, as the ledger's trigger
-- does. A counter of kind 2 that does not exist yet gives no row.
CREATE FUNCTION lease_counters(
    the_holder text, lease interval, abandon_after interval,
    names text[], windows bigint[], kinds smallint[], caps bigint[], versions bigint[], sequences bigint[],
    bookeds bigint[], leasts bigint[], needs bigint[], wants bigint[], sinces bigint[], keeps bigint[], retains bigint[])
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
    before bigint;
    held bigint;
    room bigint;
    share bigint;
BEGIN
    FOR r IN
        SELECT *
        FROM unnest(names, windows, kinds, caps, versions, sequences, bookeds, leasts, needs, wants, sinces, keeps, retains) WITH ORDINALITY
            AS request (name, window_start, kind, cap, version, sequence, booked, least, need, want, since, keep, retain, place)
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
               coalesce(sum(CASE WHEN r.since = 0 OR ticks(l.heard_at) <= r.since THEN l.hold ELSE greatest(0, l.hold - l.keep) END)
                   FILTER (WHERE l.ends_at > t), 0)
        INTO others, replicas, unanswered
        FROM counter_leases l
        WHERE l.name = r.name AND l.window_start = r.window_start AND l.holder <> the_holder;

        IF r.sequence > own.sequence THEN
            newly := greatest(0, r.booked - own.booked);
            before := greatest(0, own.hold - newly);
            held := least(before, r.retain);
            own.sequence := r.sequence;
            own.booked := own.booked + newly;
            IF c.kind <> 2 THEN
                c.settled := c.settled + newly;
            END IF;
            IF r.want <= held THEN
                own.hold := r.want;
            ELSE
                room := c.cap - c.settled - others;
                IF room < r.least THEN
                    -- A part is of no use to those who wait.
                    own.hold := held;
                ELSE
                    -- What is left is shared evenly; who needs something gets it as long as there is enough.
                    share := held + greatest(0, room - held) / (replicas + 1);
                    own.hold := greatest(held, least(greatest(share, r.need), r.want, room));
                END IF;
            END IF;
            INSERT INTO counter_leases AS l (name, window_start, holder, sequence, booked, hold, keep, heard_at, ends_at, returns_at)
            VALUES (r.name, r.window_start, the_holder, own.sequence, own.booked, own.hold, r.keep, t, t + lease,
                    t + lease + CASE WHEN c.kind = 2 THEN abandon_after ELSE interval '0' END)
            ON CONFLICT (name, window_start, holder) DO UPDATE SET
                sequence = excluded.sequence, booked = excluded.booked, hold = excluded.hold, keep = excluded.keep,
                heard_at = excluded.heard_at, ends_at = excluded.ends_at, returns_at = excluded.returns_at;
            IF own.hold < before AND c.wanted_by <> the_holder AND c.wanted_until > t THEN
                PERFORM pg_notify('promptgateway_counters', 'returned ' || the_holder || ' ' || r.name);
            END IF;
            IF own.hold < r.least AND others > 0 THEN
                c.wanted_by := the_holder;
                c.wanted_until := t + interval '1 second';
                PERFORM pg_notify('promptgateway_counters', 'short ' || the_holder || ' ' || r.name);
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
