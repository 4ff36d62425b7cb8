-- People who can sign in, their sessions, tokens and keys, and who looked at their data.
CREATE TABLE accounts (
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  email VARCHAR(254) NOT NULL,
  email_key VARCHAR(254) NOT NULL,
  pending_email VARCHAR(254),
  name VARCHAR(200) NOT NULL,
  password_hash VARCHAR(200) NOT NULL,
  state VARCHAR(20) NOT NULL,
  role VARCHAR(20) NOT NULL,
  age_confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  verified_at TIMESTAMP WITH TIME ZONE,
  totp_secret VARCHAR(200),
  totp_confirmed BOOLEAN NOT NULL,
  totp_last_step BIGINT NOT NULL,
  CONSTRAINT accounts_pk PRIMARY KEY (id),
  CONSTRAINT accounts_email_key UNIQUE (email_key)
);

CREATE TABLE account_tokens (
  hash ${bytes} NOT NULL,
  purpose VARCHAR(30) NOT NULL,
  account_id UUID,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  detail VARCHAR(254),
  CONSTRAINT account_tokens_pk PRIMARY KEY (hash),
  CONSTRAINT account_tokens_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX account_tokens_account ON account_tokens (account_id);

CREATE TABLE recovery_codes (
  account_id UUID NOT NULL,
  hash ${bytes} NOT NULL,
  CONSTRAINT recovery_codes_pk PRIMARY KEY (account_id, hash),
  CONSTRAINT recovery_codes_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE sessions (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  hash ${bytes} NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  assurance VARCHAR(20) NOT NULL,
  proven_at TIMESTAMP WITH TIME ZONE NOT NULL,
  device VARCHAR(100) NOT NULL,
  CONSTRAINT sessions_pk PRIMARY KEY (id),
  CONSTRAINT sessions_hash_key UNIQUE (hash),
  CONSTRAINT sessions_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_last_seen ON sessions (last_seen_at);

-- The key is a hash of an address, which need not have an account: no link to one.
CREATE TABLE sign_in_attempts (
  key_hash ${bytes} NOT NULL,
  attempts INTEGER NOT NULL,
  allowed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT sign_in_attempts_pk PRIMARY KEY (key_hash)
);
CREATE INDEX sign_in_attempts_last ON sign_in_attempts (last_at);

CREATE TABLE api_keys (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  name VARCHAR(200) NOT NULL,
  hash ${bytes} NOT NULL,
  scopes VARCHAR(30) ARRAY NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE,
  last_used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT api_keys_pk PRIMARY KEY (id),
  CONSTRAINT api_keys_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX api_keys_account ON api_keys (account_id);

-- Kept although an account goes: it proves who looked. The ids say nothing without the accounts.
CREATE TABLE staff_looks (
  id UUID NOT NULL,
  staff_id UUID NOT NULL,
  person_id UUID NOT NULL,
  kind VARCHAR(50) NOT NULL,
  object VARCHAR(100) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT staff_looks_pk PRIMARY KEY (id)
);
CREATE INDEX staff_looks_person ON staff_looks (person_id, looked_at);
