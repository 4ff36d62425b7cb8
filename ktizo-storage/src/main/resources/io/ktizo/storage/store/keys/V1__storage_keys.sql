-- Keys under keys. Keep this database out of ordinary backups: deleting here is what forgets files.

CREATE TABLE storage_owner_keys (
  owner          VARCHAR(100) PRIMARY KEY,
  master_version VARCHAR(64) NOT NULL,
  wrapped        ${bytes} NOT NULL
);
CREATE INDEX storage_owner_keys_version ON storage_owner_keys (master_version);

CREATE TABLE storage_content_keys (
  id      UUID PRIMARY KEY,
  owner   VARCHAR(100) NOT NULL
    CONSTRAINT storage_content_keys_owner REFERENCES storage_owner_keys (owner) ON DELETE CASCADE,
  wrapped ${bytes} NOT NULL
);
CREATE INDEX storage_content_keys_by_owner ON storage_content_keys (owner);
