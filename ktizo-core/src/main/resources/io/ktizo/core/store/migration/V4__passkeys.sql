-- Key pairs whose private half is with a person's authenticator, as second factor and in place of a password.
CREATE TABLE passkeys (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  credential_id ${bytes} NOT NULL,
  public_key VARCHAR(2731) NOT NULL,
  sign_count BIGINT NOT NULL,
  name VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT passkeys_pk PRIMARY KEY (id),
  CONSTRAINT passkeys_credential_key UNIQUE (credential_id),
  CONSTRAINT passkeys_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX passkeys_account ON passkeys (account_id);
