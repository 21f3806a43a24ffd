-- How far each consumer of the change feed has applied it, as it said itself.
CREATE TABLE acknowledgements (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    client TEXT NOT NULL,
    acknowledged BIGINT NOT NULL CHECK (acknowledged > 0 AND acknowledged < position),
    received_at BIGINT NOT NULL
);
CREATE INDEX acknowledgements_client ON acknowledgements (client, acknowledged);
CREATE TRIGGER acknowledgements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON acknowledgements
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE acknowledgements ENABLE ALWAYS TRIGGER acknowledgements_append_only;

-- Endpoints of webhooks, version by version; URL and keys are sealed in the state.
CREATE TABLE webhook_versions (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    webhook BYTEA NOT NULL CHECK (octet_length(webhook) = 16),
    state TEXT NOT NULL
);
CREATE INDEX webhook_versions_webhook ON webhook_versions (webhook, position);
CREATE TRIGGER webhook_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON webhook_versions
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE webhook_versions ENABLE ALWAYS TRIGGER webhook_versions_append_only;

-- Up to which entry deliveries have been made for an endpoint: only ever forward.
CREATE TABLE webhook_cursors (
    webhook BYTEA PRIMARY KEY CHECK (octet_length(webhook) = 16),
    position BIGINT NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 50);
CREATE FUNCTION nejtack_cursor_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.webhook <> OLD.webhook OR NEW.position < OLD.position THEN
        RAISE EXCEPTION 'nejtack: refused: webhook_cursors only moves forward'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER webhook_cursors_forward BEFORE UPDATE ON webhook_cursors
FOR EACH ROW EXECUTE FUNCTION nejtack_cursor_forward();
ALTER TABLE webhook_cursors ENABLE ALWAYS TRIGGER webhook_cursors_forward;
CREATE TRIGGER webhook_cursors_stays BEFORE DELETE OR TRUNCATE ON webhook_cursors
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE webhook_cursors ENABLE ALWAYS TRIGGER webhook_cursors_stays;

-- What is to be sent, and what became of it. Derived from entries, which are the outbox.
CREATE TABLE webhook_deliveries (
    id BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    webhook BYTEA NOT NULL CHECK (octet_length(webhook) = 16),
    position BIGINT NOT NULL REFERENCES entries (position),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    attempted_at BIGINT,
    answered INTEGER,
    failure TEXT,
    ended_at BIGINT,
    UNIQUE (webhook, position)
) WITH (fillfactor = 70);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX webhook_deliveries_given_up ON webhook_deliveries (webhook) WHERE status = 'given_up';
CREATE FUNCTION nejtack_delivery_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.ended_at IS NULL THEN
            RAISE EXCEPTION 'nejtack: refused: webhook_deliveries go when they have ended'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.id <> OLD.id OR NEW.webhook <> OLD.webhook OR NEW.position <> OLD.position
        OR NEW.kind <> OLD.kind OR NEW.body <> OLD.body OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'nejtack: refused: what webhook_deliveries sends never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER webhook_deliveries_kept BEFORE UPDATE OR DELETE ON webhook_deliveries
FOR EACH ROW EXECUTE FUNCTION nejtack_delivery_kept();
ALTER TABLE webhook_deliveries ENABLE ALWAYS TRIGGER webhook_deliveries_kept;
CREATE TRIGGER webhook_deliveries_stays BEFORE TRUNCATE ON webhook_deliveries
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE webhook_deliveries ENABLE ALWAYS TRIGGER webhook_deliveries_stays;
