-- Answers to requests that carried an Idempotency-Key, so that a repeated request does nothing twice.
-- Neither the key nor the answer can be read here: the key is hashed, the answer sealed under a key made from it.
CREATE TABLE idempotent_requests (
  caller ${bytes} NOT NULL,
  key_hash ${bytes} NOT NULL,
  route VARCHAR(200) NOT NULL,
  body_hash ${bytes},
  begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
  lease_until TIMESTAMP WITH TIME ZONE NOT NULL,
  owner UUID NOT NULL,
  status INTEGER,
  answer ${document},
  CONSTRAINT idempotent_requests_pk PRIMARY KEY (caller, key_hash)
);
CREATE INDEX idempotent_requests_begun ON idempotent_requests (begun_at);
