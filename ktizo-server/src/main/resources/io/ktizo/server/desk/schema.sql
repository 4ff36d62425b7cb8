-- What the desk remembers of uploaded models and of the quotes it gave; see data-map.yaml for whose data that is.
CREATE TABLE IF NOT EXISTS uploaded_model (
  id UUID PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  file_sha256 CHAR(64) NOT NULL,
  file_bytes BIGINT NOT NULL,
  received TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  report CHARACTER LARGE OBJECT NOT NULL
);
CREATE INDEX IF NOT EXISTS uploaded_model_received ON uploaded_model (received);
CREATE TABLE IF NOT EXISTS issued_quote (
  id UUID PRIMARY KEY,
  model_id UUID NOT NULL REFERENCES uploaded_model (id) ON DELETE CASCADE,
  issued TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  document CHARACTER LARGE OBJECT NOT NULL
);
CREATE INDEX IF NOT EXISTS issued_quote_model ON issued_quote (model_id);
