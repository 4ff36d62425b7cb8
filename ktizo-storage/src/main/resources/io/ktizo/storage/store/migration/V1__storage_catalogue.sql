-- What is known about uploads and files. The bytes are elsewhere, and so are their keys.

-- One row for each owner: the lock under which his quota is decided.
CREATE TABLE storage_accounts (
  owner          VARCHAR(100) PRIMARY KEY,
  bytes          BIGINT NOT NULL CHECK (bytes >= 0),
  reserved_bytes BIGINT NOT NULL CHECK (reserved_bytes >= 0),
  files          INT NOT NULL CHECK (files >= 0),
  uploads        INT NOT NULL CHECK (uploads >= 0),
  next_upload    TIMESTAMP WITH TIME ZONE
);

CREATE TABLE storage_uploads (
  id            UUID PRIMARY KEY,
  owner         VARCHAR(100) NOT NULL,
  name          VARCHAR(200) NOT NULL,
  length        BIGINT NOT NULL,
  kind          VARCHAR(10) NOT NULL,
  state         VARCHAR(10) NOT NULL,
  key_id        UUID NOT NULL,
  parts         ${text} NOT NULL,
  received      BIGINT NOT NULL,
  reserved      BIGINT NOT NULL,
  created       TIMESTAMP WITH TIME ZONE NOT NULL,
  expires       TIMESTAMP WITH TIME ZONE NOT NULL,
  writer        UUID,
  judge         UUID,
  judging_until TIMESTAMP WITH TIME ZONE,
  file_id       UUID,
  refusal       VARCHAR(100)
);
CREATE INDEX storage_uploads_owner ON storage_uploads (owner);
CREATE INDEX storage_uploads_expires ON storage_uploads (expires);
CREATE INDEX storage_uploads_state ON storage_uploads (state);

CREATE TABLE storage_upload_pieces (
  upload_id UUID NOT NULL REFERENCES storage_uploads (id) ON DELETE CASCADE,
  start_at  BIGINT NOT NULL,
  blob_name VARCHAR(128) NOT NULL,
  length    BIGINT NOT NULL,
  PRIMARY KEY (upload_id, start_at)
);

CREATE TABLE storage_contents (
  id         UUID PRIMARY KEY,
  owner      VARCHAR(100) NOT NULL,
  sha256     CHAR(64) NOT NULL,
  media_type VARCHAR(120) NOT NULL,
  length     BIGINT NOT NULL,
  key_id     UUID NOT NULL,
  CONSTRAINT storage_contents_once UNIQUE (owner, sha256)
);

CREATE TABLE storage_content_pieces (
  content_id UUID NOT NULL REFERENCES storage_contents (id) ON DELETE CASCADE,
  start_at   BIGINT NOT NULL,
  blob_name  VARCHAR(128) NOT NULL,
  length     BIGINT NOT NULL,
  PRIMARY KEY (content_id, start_at)
);

CREATE TABLE storage_derived (
  content_id UUID NOT NULL REFERENCES storage_contents (id) ON DELETE CASCADE,
  kind       VARCHAR(40) NOT NULL,
  media_type VARCHAR(120) NOT NULL,
  sha256     CHAR(64) NOT NULL,
  start_at   BIGINT NOT NULL,
  blob_name  VARCHAR(128) NOT NULL,
  length     BIGINT NOT NULL,
  PRIMARY KEY (content_id, kind)
);

CREATE TABLE storage_files (
  id         UUID PRIMARY KEY,
  owner      VARCHAR(100) NOT NULL,
  content_id UUID NOT NULL REFERENCES storage_contents (id),
  name       VARCHAR(200) NOT NULL,
  findings   VARCHAR(200) NOT NULL,
  created    TIMESTAMP WITH TIME ZONE NOT NULL,
  kept       TIMESTAMP WITH TIME ZONE NOT NULL,
  expires    TIMESTAMP WITH TIME ZONE
);
CREATE INDEX storage_files_owner ON storage_files (owner, id);
CREATE INDEX storage_files_content ON storage_files (content_id);
CREATE INDEX storage_files_expires ON storage_files (expires);

-- Who, other than its owner, opened a file. Outlives the file: it is the owner's to know.
CREATE TABLE storage_disclosures (
  id             UUID PRIMARY KEY,
  file_id        UUID NOT NULL,
  owner          VARCHAR(100) NOT NULL,
  recipient      VARCHAR(100) NOT NULL,
  recipient_kind VARCHAR(10) NOT NULL,
  ground         VARCHAR(500) NOT NULL,
  opened         TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX storage_disclosures_owner ON storage_disclosures (owner, opened);

-- Blobs and keys that are to be removed at a time, unless a blob is claimed before it is doomed.
CREATE TABLE storage_garbage (
  name   VARCHAR(128) PRIMARY KEY,
  kind   VARCHAR(10) NOT NULL,
  doomed BOOLEAN NOT NULL,
  due    TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX storage_garbage_due ON storage_garbage (doomed, due);
