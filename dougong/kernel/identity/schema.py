"""Where identities live: one schema for the whole installation, beside the companies' own."""

from __future__ import annotations

from typing import LiteralString

IDENTITY_SQL: LiteralString = """
CREATE SCHEMA IF NOT EXISTS dougong;

CREATE TABLE dougong.identity (
    id uuid PRIMARY KEY,
    login text COLLATE "C" NOT NULL UNIQUE CHECK (login <> '' AND login = lower(login)),
    name text NOT NULL,
    password_hash text,
    active boolean NOT NULL DEFAULT true,
    locale text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL
);
COMMENT ON TABLE dougong.identity IS 'Who may sign in; without a password only by token';

CREATE TABLE dougong.identity_company (
    identity uuid NOT NULL REFERENCES dougong.identity ON DELETE CASCADE,
    company text COLLATE "C" NOT NULL,
    person uuid NOT NULL,
    PRIMARY KEY (identity, company),
    UNIQUE (company, person)
);
COMMENT ON TABLE dougong.identity_company IS 'Which companies an identity may enter, and as whom';

CREATE TABLE dougong.session (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    identity uuid NOT NULL REFERENCES dougong.identity ON DELETE CASCADE,
    company text COLLATE "C",
    created timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL,
    FOREIGN KEY (identity, company) REFERENCES dougong.identity_company ON DELETE CASCADE
);
CREATE INDEX session_identity ON dougong.session (identity, company);
CREATE INDEX session_expires ON dougong.session (expires);

CREATE TABLE dougong.api_token (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    identity uuid NOT NULL,
    company text COLLATE "C" NOT NULL,
    scopes text[],
    created timestamptz NOT NULL,
    last_used timestamptz,
    expires timestamptz,
    revoked timestamptz,
    FOREIGN KEY (identity, company) REFERENCES dougong.identity_company ON DELETE CASCADE
);
CREATE INDEX api_token_identity ON dougong.api_token (identity, company);
COMMENT ON COLUMN dougong.api_token.scopes IS 'What it is restricted to; null: nothing';

CREATE TABLE dougong.known_address (
    identity uuid NOT NULL REFERENCES dougong.identity ON DELETE CASCADE,
    address text COLLATE "C" NOT NULL,
    last_seen timestamptz NOT NULL,
    PRIMARY KEY (identity, address)
);
COMMENT ON TABLE dougong.known_address IS 'Where from an identity has signed in before';

CREATE TABLE dougong.sign_in_attempt (
    scope text COLLATE "C" NOT NULL CHECK (scope IN ('address', 'login', 'login_address')),
    key bytea NOT NULL,
    failures integer NOT NULL CHECK (failures >= 0),
    last timestamptz NOT NULL,
    paused_until timestamptz,
    PRIMARY KEY (scope, key)
);
COMMENT ON TABLE dougong.sign_in_attempt IS 'Failures to sign in; keys are hashed, since people type passwords into the wrong box';
"""
