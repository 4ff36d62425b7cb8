-- What the desk remembers of uploaded models and of the quotes it gave; see data-map.yaml for whose data that is.
CREATE TABLE uploaded_model (
  id UUID NOT NULL,
  name VARCHAR(200) NOT NULL,
  file_sha256 CHAR(64) NOT NULL,
  file_bytes BIGINT NOT NULL,
  received TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  report ${document} NOT NULL,
  CONSTRAINT uploaded_model_pk PRIMARY KEY (id)
);
CREATE INDEX uploaded_model_received ON uploaded_model (received);

CREATE TABLE issued_quote (
  id UUID NOT NULL,
  model_id UUID NOT NULL,
  issued TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  document ${document} NOT NULL,
  CONSTRAINT issued_quote_pk PRIMARY KEY (id),
  CONSTRAINT issued_quote_model_fk FOREIGN KEY (model_id) REFERENCES uploaded_model (id) ON DELETE CASCADE
);
CREATE INDEX issued_quote_model ON issued_quote (model_id);
