-- When payees are paid, refunds that a second person decides about, and the sandbox's memory.
CREATE TABLE payout_terms (
  payee VARCHAR(64) NOT NULL,
  currency CHAR(3) NOT NULL,
  schedule VARCHAR(20) NOT NULL,
  hold_seconds BIGINT NOT NULL,
  least BIGINT NOT NULL,
  CONSTRAINT payout_terms_pk PRIMARY KEY (payee, currency)
);

CREATE TABLE payee_releases (
  payable VARCHAR(64) NOT NULL,
  payee VARCHAR(64) NOT NULL,
  state VARCHAR(10) NOT NULL,
  delivered_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT payee_releases_pk PRIMARY KEY (payable, payee),
  CONSTRAINT payee_releases_payable_fk FOREIGN KEY (payable) REFERENCES payables (id)
);

CREATE INDEX payee_releases_due ON payee_releases (state, due_at);

CREATE TABLE refund_requests (
  payable VARCHAR(64) NOT NULL,
  refund VARCHAR(64) NOT NULL,
  portions ${text} NOT NULL,
  currency CHAR(3) NOT NULL,
  state VARCHAR(10) NOT NULL,
  requested_by VARCHAR(64) NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_by VARCHAR(64),
  decided_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT refund_requests_pk PRIMARY KEY (payable, refund),
  CONSTRAINT refund_requests_payable_fk FOREIGN KEY (payable) REFERENCES payables (id)
);

CREATE INDEX refund_requests_state ON refund_requests (state, requested_at);

-- What the sandbox was asked, in order: done again when the process starts.
CREATE TABLE sandbox_calls (
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  call ${text} NOT NULL,
  CONSTRAINT sandbox_calls_pk PRIMARY KEY (number)
);

-- Which provider's references these books hold; one row. Another provider would not know them, or
-- would take them for its own.
CREATE TABLE payment_provider (
  id INTEGER NOT NULL,
  name VARCHAR(60) NOT NULL,
  CONSTRAINT payment_provider_pk PRIMARY KEY (id),
  CONSTRAINT payment_provider_one CHECK (id = 1)
);
