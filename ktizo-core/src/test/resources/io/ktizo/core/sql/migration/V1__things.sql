-- One column of each kind that stores use.
CREATE TABLE things (
  id UUID NOT NULL,
  name ${text} NOT NULL,
  kind VARCHAR(20) NOT NULL CONSTRAINT things_kind_check CHECK (kind IN ('ROUND', 'SQUARE')),
  count INTEGER,
  total BIGINT NOT NULL,
  price NUMERIC(20, 6),
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due DATE,
  open BOOLEAN NOT NULL,
  content ${bytes},
  tags VARCHAR(40) ARRAY,
  parent UUID,
  version BIGINT NOT NULL,
  CONSTRAINT things_pk PRIMARY KEY (id),
  CONSTRAINT things_name_key UNIQUE (name),
  CONSTRAINT things_parent_fk FOREIGN KEY (parent) REFERENCES things (id)
);
