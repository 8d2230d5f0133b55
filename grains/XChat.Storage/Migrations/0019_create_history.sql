-- Histories: what the devices of an account keep of its conversations, encrypted by them, one chain an account.
--
-- New tables only. Segments are never changed; an account has at most 256 MiB of them.

-- One row an account that has a history: its number and hash fence every append.
CREATE TABLE history_head (
    user_id uuid   PRIMARY KEY REFERENCES account,
    number  bigint NOT NULL CHECK (number >= 0),
    hash    bytea  NOT NULL CHECK (octet_length(hash) = 32),
    bytes   bigint NOT NULL CHECK (bytes >= 0)
);

CREATE TABLE history_segment (
    user_id   uuid        NOT NULL REFERENCES account,
    number    bigint      NOT NULL CHECK (number >= 1),
    -- SHA-256 of the segment, by which a repeated one is recognised.
    hash      bytea       NOT NULL CHECK (octet_length(hash) = 32),
    device_id uuid        NOT NULL,
    stored_at timestamptz NOT NULL,
    segment   bytea       NOT NULL CHECK (octet_length(segment) BETWEEN 1 AND 131328),
    PRIMARY KEY (user_id, number)
);

-- Ciphertext does not compress.
ALTER TABLE history_segment ALTER COLUMN segment SET STORAGE EXTERNAL;
