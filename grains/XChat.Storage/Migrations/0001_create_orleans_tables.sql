-- What the Orleans AdoNet providers keep here: who is in the cluster, small grain state, reminders.
--
-- The providers know none of these tables. They read orleansquery once at start and run the texts they find there under fixed keys,
-- with fixed parameter and result column names; those keys and names are the contract, everything else is ours. The statements differ
-- from the published scripts in one point that matters: a grain state has a unique key, so that two activations which both
-- believe to write first cannot both succeed.

CREATE TABLE orleansquery (
    querykey  varchar(64) PRIMARY KEY,
    querytext text        NOT NULL
);

-- Cluster membership ---------------------------------------------------------------------------------------------------------------

-- One row a cluster. Every change of a membership row compares and swaps this version in the same statement.
CREATE TABLE orleans_membership_version (
    deployment_id varchar(150) PRIMARY KEY,
    version       integer      NOT NULL DEFAULT 0,
    changed_at    timestamptz  NOT NULL DEFAULT now()
);

CREATE TABLE orleans_membership (
    deployment_id varchar(150) NOT NULL REFERENCES orleans_membership_version,
    address       varchar(45)  NOT NULL,
    port          integer      NOT NULL CHECK (port BETWEEN 0 AND 65535),
    generation    integer      NOT NULL,
    silo_name     varchar(150) NOT NULL,
    host_name     varchar(150) NOT NULL,
    status        integer      NOT NULL,
    proxy_port    integer,
    suspect_times text,
    started_at    timestamptz  NOT NULL,
    alive_at      timestamptz  NOT NULL,
    PRIMARY KEY (deployment_id, address, port, generation)
);

INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $query$
    WITH added AS (
        INSERT INTO orleans_membership_version (deployment_id) VALUES (@DeploymentId)
        ON CONFLICT (deployment_id) DO NOTHING
        RETURNING 1)
    SELECT count(*)::integer FROM added
$query$),
('InsertMembershipKey', $query$
    WITH next_version AS (
        UPDATE orleans_membership_version AS v
        SET version = v.version + 1, changed_at = now()
        WHERE v.deployment_id = @DeploymentId
          AND v.version = @Version
          AND NOT EXISTS (
              SELECT FROM orleans_membership AS m
              WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING v.deployment_id),
    added AS (
        INSERT INTO orleans_membership
            (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, started_at, alive_at)
        SELECT deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM next_version
        RETURNING 1)
    SELECT count(*)::integer FROM added
$query$),
('UpdateMembershipKey', $query$
    WITH next_version AS (
        UPDATE orleans_membership_version AS v
        SET version = v.version + 1, changed_at = now()
        WHERE v.deployment_id = @DeploymentId
          AND v.version = @Version
          AND EXISTS (
              SELECT FROM orleans_membership AS m
              WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING v.deployment_id),
    changed AS (
        UPDATE orleans_membership AS m
        SET status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
        FROM next_version AS n
        WHERE m.deployment_id = n.deployment_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT count(*)::integer FROM changed
$query$),
('UpdateIAmAlivetimeKey', $query$
    UPDATE orleans_membership
    SET alive_at = @IAmAliveTime
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),
-- The outer joins keep the version row in the answer when no silo matches: the provider needs it in any case.
('MembershipReadRowKey', $query$
    SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
           m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
           m.suspect_times AS SuspectTimes, m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM orleans_membership_version AS v
    LEFT JOIN orleans_membership AS m
           ON m.deployment_id = v.deployment_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.deployment_id = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
    SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
           m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
           m.suspect_times AS SuspectTimes, m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM orleans_membership_version AS v
    LEFT JOIN orleans_membership AS m ON m.deployment_id = v.deployment_id
    WHERE v.deployment_id = @DeploymentId
$query$),
('DeleteMembershipTableEntriesKey', $query$
    DELETE FROM orleans_membership WHERE deployment_id = @DeploymentId;
    DELETE FROM orleans_membership_version WHERE deployment_id = @DeploymentId;
$query$),
('GatewaysQueryKey', $query$
    SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
    FROM orleans_membership
    WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0
$query$),
-- 3 is an active silo: it is never cleaned away, however old its last sign of life.
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM orleans_membership
    WHERE deployment_id = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3
$query$);

-- Small grain state ----------------------------------------------------------------------------------------------------------------

-- The provider also sends hashes of grain type and key, for databases that cannot index the values themselves. This one can.
-- A key without text has the empty one, since null would not count as equal in the primary key.
-- A cleared state keeps its row, with no payload and the next version, so that an activation from before cannot write over it.
CREATE TABLE orleans_grain_state (
    service_id   varchar(150) NOT NULL,
    grain_type   varchar(512) NOT NULL,
    key_n0       bigint       NOT NULL,
    key_n1       bigint       NOT NULL,
    key_text     varchar(512) NOT NULL,
    version      integer      NOT NULL CHECK (version > 0),
    payload      bytea,
    modified_at  timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (service_id, grain_type, key_n0, key_n1, key_text)
);

INSERT INTO orleansquery (querykey, querytext) VALUES
-- No row in the answer tells the provider that the version was not the expected one.
('WriteToStorageKey', $query$
    WITH first_write AS (
        INSERT INTO orleans_grain_state (service_id, grain_type, key_n0, key_n1, key_text, version, payload)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version),
    next_write AS (
        UPDATE orleans_grain_state
        SET version = version + 1, payload = @PayloadBinary, modified_at = now()
        WHERE service_id = @ServiceId AND grain_type = @GrainTypeString
          AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND key_text = coalesce(@GrainIdExtensionString, '')
          AND version = @GrainStateVersion
        RETURNING version)
    SELECT version AS NewGrainStateVersion FROM first_write
    UNION ALL
    SELECT version AS NewGrainStateVersion FROM next_write
$query$),
('ReadFromStorageKey', $query$
    SELECT payload AS PayloadBinary, version AS Version
    FROM orleans_grain_state
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND key_text = coalesce(@GrainIdExtensionString, '')
$query$),
('ClearStorageKey', $query$
    UPDATE orleans_grain_state
    SET version = version + 1, payload = NULL, modified_at = now()
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND key_text = coalesce(@GrainIdExtensionString, '')
      AND version = @GrainStateVersion
    RETURNING version AS NewGrainStateVersion
$query$);

-- Reminders ------------------------------------------------------------------------------------------------------------------------

CREATE TABLE orleans_reminder (
    service_id    varchar(150) NOT NULL,
    grain_id      varchar(150) NOT NULL,
    reminder_name varchar(150) NOT NULL,
    starts_at     timestamptz  NOT NULL,
    period_ms     bigint       NOT NULL CHECK (period_ms > 0),
    grain_hash    integer      NOT NULL,
    version       integer      NOT NULL,
    PRIMARY KEY (service_id, grain_id, reminder_name)
);

-- A silo reads the reminders of its range of the hash ring.
CREATE INDEX orleans_reminder_by_hash ON orleans_reminder (service_id, grain_hash);

INSERT INTO orleansquery (querykey, querytext) VALUES
('UpsertReminderRowKey', $query$
    INSERT INTO orleans_reminder AS r (service_id, grain_id, reminder_name, starts_at, period_ms, grain_hash, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
    ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE
    SET starts_at = excluded.starts_at, period_ms = excluded.period_ms, grain_hash = excluded.grain_hash, version = r.version + 1
    RETURNING version AS Version
$query$),
('ReadReminderRowsKey', $query$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminder
    WHERE service_id = @ServiceId AND grain_id = @GrainId
$query$),
('ReadReminderRowKey', $query$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminder
    WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName
$query$),
('ReadRangeRows1Key', $query$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminder
    WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$query$),
-- The range that wraps around the end of the ring.
('ReadRangeRows2Key', $query$
    SELECT grain_id AS GrainId, reminder_name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM orleans_reminder
    WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$query$),
('DeleteReminderRowKey', $query$
    WITH removed AS (
        DELETE FROM orleans_reminder
        WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName AND version = @Version
        RETURNING 1)
    SELECT count(*)::integer FROM removed
$query$),
('DeleteReminderRowsKey', $query$
    DELETE FROM orleans_reminder WHERE service_id = @ServiceId
$query$);
