-- What is paid, what was asked of the provider, what he told, and the books.
CREATE TABLE payables (
  id VARCHAR(64) NOT NULL,
  currency CHAR(3) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT payables_pk PRIMARY KEY (id)
);

CREATE TABLE payable_lines (
  payable VARCHAR(64) NOT NULL,
  position INTEGER NOT NULL,
  line VARCHAR(64) NOT NULL,
  payee VARCHAR(64) NOT NULL,
  amount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  tax_collector VARCHAR(10) NOT NULL,
  CONSTRAINT payable_lines_pk PRIMARY KEY (payable, position),
  CONSTRAINT payable_lines_payable_fk FOREIGN KEY (payable) REFERENCES payables (id)
);

CREATE TABLE payable_commissions (
  payable VARCHAR(64) NOT NULL,
  position INTEGER NOT NULL,
  payee VARCHAR(64) NOT NULL,
  fee BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  CONSTRAINT payable_commissions_pk PRIMARY KEY (payable, position),
  CONSTRAINT payable_commissions_payable_fk FOREIGN KEY (payable) REFERENCES payables (id)
);

-- One row for each payable and payee that anything was asked for; held while that is decided.
CREATE TABLE payment_subjects (
  subject VARCHAR(80) NOT NULL,
  CONSTRAINT payment_subjects_pk PRIMARY KEY (subject)
);

CREATE TABLE payment_operations (
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  subject_type VARCHAR(10) NOT NULL,
  subject_id VARCHAR(64) NOT NULL,
  kind VARCHAR(12) NOT NULL,
  purpose VARCHAR(200) NOT NULL,
  attempt INTEGER NOT NULL,
  state VARCHAR(10) NOT NULL,
  currency CHAR(3),
  amount BIGINT,
  target VARCHAR(255),
  detail ${text},
  reference VARCHAR(255),
  code VARCHAR(120),
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT payment_operations_pk PRIMARY KEY (number),
  CONSTRAINT payment_operations_key UNIQUE (subject_type, subject_id, purpose, attempt)
);

CREATE INDEX payment_operations_state ON payment_operations (state, changed_at);

CREATE INDEX payment_operations_reference ON payment_operations (reference, kind);

CREATE TABLE payment_disputes (
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  reference VARCHAR(255) NOT NULL,
  payable VARCHAR(64) NOT NULL,
  payment VARCHAR(255) NOT NULL,
  state VARCHAR(20) NOT NULL,
  live BOOLEAN NOT NULL,
  currency CHAR(3) NOT NULL,
  amount BIGINT NOT NULL,
  evidence_due TIMESTAMP WITH TIME ZONE,
  loss ${text},
  CONSTRAINT payment_disputes_pk PRIMARY KEY (number),
  CONSTRAINT payment_disputes_reference UNIQUE (reference),
  CONSTRAINT payment_disputes_payable_fk FOREIGN KEY (payable) REFERENCES payables (id)
);

CREATE INDEX payment_disputes_payable ON payment_disputes (payable);

CREATE TABLE payees (
  id VARCHAR(64) NOT NULL,
  account VARCHAR(255) NOT NULL,
  standing VARCHAR(12) NOT NULL,
  requirements ${text} NOT NULL,
  CONSTRAINT payees_pk PRIMARY KEY (id),
  CONSTRAINT payees_account UNIQUE (account)
);

CREATE TABLE webhook_inbox (
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  event VARCHAR(255) NOT NULL,
  type VARCHAR(120) NOT NULL,
  kind VARCHAR(12) NOT NULL,
  reference VARCHAR(255),
  account VARCHAR(255),
  live BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  api_version VARCHAR(60),
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  failures INTEGER NOT NULL,
  -- When it is to be worked; null once it was.
  due_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT webhook_inbox_pk PRIMARY KEY (number),
  CONSTRAINT webhook_inbox_event UNIQUE (event)
);

CREATE INDEX webhook_inbox_due ON webhook_inbox (due_at);

CREATE TABLE journal_entries (
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  cause VARCHAR(200) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  payable VARCHAR(64),
  provider_reference VARCHAR(255),
  CONSTRAINT journal_entries_pk PRIMARY KEY (number),
  CONSTRAINT journal_entries_cause UNIQUE (cause)
);

CREATE INDEX journal_entries_booked ON journal_entries (booked_at);

CREATE TABLE journal_postings (
  entry BIGINT NOT NULL,
  position INTEGER NOT NULL,
  account VARCHAR(16) NOT NULL,
  payee VARCHAR(64) NOT NULL,
  currency CHAR(3) NOT NULL,
  -- Debits positive, credits negative, in minor units.
  amount BIGINT NOT NULL,
  CONSTRAINT journal_postings_pk PRIMARY KEY (entry, position),
  CONSTRAINT journal_postings_entry_fk FOREIGN KEY (entry) REFERENCES journal_entries (number)
);

CREATE INDEX journal_postings_account ON journal_postings (account, payee, currency, entry, amount);
