-- Transfers are never changed and never removed, by anybody.
--
-- Two walls. A trigger refuses UPDATE, DELETE and TRUNCATE to every role, the owner included; it looks at statements, so inserts pay nothing. And
-- silos write the ledger as the role xchat_ledger, which owns nothing, cannot drop the trigger, and may only insert and read here.
--
-- Roles belong to the whole server: another database of the same server may have made this one already.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'xchat_ledger') THEN
        BEGIN
            CREATE ROLE xchat_ledger NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                -- Another database was faster.
                NULL;
            WHEN insufficient_privilege THEN
                RAISE insufficient_privilege USING MESSAGE = format(
                    'the role xchat_ledger is missing and %s may not create it: run as an administrator '
                    'CREATE ROLE xchat_ledger NOLOGIN; GRANT xchat_ledger TO %s;', current_user, quote_ident(current_user));
        END;
    END IF;

    IF NOT pg_has_role(current_user, 'xchat_ledger', 'MEMBER') THEN
        EXECUTE format('GRANT xchat_ledger TO %I', current_user);
    END IF;
END
$$;

GRANT SELECT, INSERT ON ledger_transfer, ledger_command TO xchat_ledger;
GRANT SELECT, INSERT, UPDATE ON ledger_account TO xchat_ledger;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_pending, ledger_outbox TO xchat_ledger;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the ledger is corrected by reverse transfers', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_transfer_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER ledger_command_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_command
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A statement of the writer says what must be true of it; when it is not, nothing of its transaction stays.
CREATE FUNCTION ledger_require(holds boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF holds IS NOT TRUE THEN
        RAISE EXCEPTION 'an account is not as the writer took it to be' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END
$$;
