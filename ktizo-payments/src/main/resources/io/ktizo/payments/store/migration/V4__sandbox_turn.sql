-- Held by the instance that keeps a call of the sandbox: all instances do them in the same order.
CREATE TABLE sandbox_turn (
  id INTEGER NOT NULL,
  CONSTRAINT sandbox_turn_pk PRIMARY KEY (id),
  CONSTRAINT sandbox_turn_one CHECK (id = 1)
);

INSERT INTO sandbox_turn (id) VALUES (1);
