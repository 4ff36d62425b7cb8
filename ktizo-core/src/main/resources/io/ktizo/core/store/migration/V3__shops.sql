-- Shops: who they are and who belongs to them, their printers, materials, stock, prices, shipping
-- and the addresses that want to hear what happens.
CREATE TABLE shops (
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  slug VARCHAR(40) NOT NULL,
  applicant_id UUID NOT NULL,
  currency VARCHAR(3) NOT NULL,
  name VARCHAR(160) NOT NULL,
  place VARCHAR(200) NOT NULL,
  about VARCHAR(4000) NOT NULL,
  terms ${text} NOT NULL,
  legal_form VARCHAR(20),
  legal_name VARCHAR(400),
  registration VARCHAR(200),
  vat_country VARCHAR(2),
  vat_id VARCHAR(20),
  street VARCHAR(400),
  post_code VARCHAR(40),
  city VARCHAR(200),
  region VARCHAR(200),
  country VARCHAR(2),
  contact_email VARCHAR(254),
  state VARCHAR(20) NOT NULL,
  reason VARCHAR(1000) NOT NULL,
  holiday_until TIMESTAMP WITH TIME ZONE,
  applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state_since TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT shops_pk PRIMARY KEY (id),
  CONSTRAINT shops_slug_key UNIQUE (slug)
);
CREATE INDEX shops_state ON shops (state, id);
CREATE INDEX shops_holiday ON shops (holiday_until);
CREATE INDEX shops_applicant ON shops (applicant_id);

CREATE TABLE shop_members (
  shop_id UUID NOT NULL,
  account_id UUID NOT NULL,
  role VARCHAR(20) NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT shop_members_pk PRIMARY KEY (shop_id, account_id),
  CONSTRAINT shop_members_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);
CREATE INDEX shop_members_account ON shop_members (account_id);

CREATE TABLE shop_invitations (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  email VARCHAR(254) NOT NULL,
  email_key VARCHAR(254) NOT NULL,
  role VARCHAR(20) NOT NULL,
  invited_by UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  hash ${bytes},
  CONSTRAINT shop_invitations_pk PRIMARY KEY (id),
  CONSTRAINT shop_invitations_email_key UNIQUE (shop_id, email_key),
  CONSTRAINT shop_invitations_hash_key UNIQUE (hash),
  CONSTRAINT shop_invitations_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);

CREATE TABLE printers (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  version BIGINT NOT NULL,
  code VARCHAR(64) NOT NULL,
  name VARCHAR(200) NOT NULL,
  process VARCHAR(40) NOT NULL,
  volume VARCHAR(8000) NOT NULL,
  hourly_rate VARCHAR(40) NOT NULL,
  power VARCHAR(200) NOT NULL,
  units INTEGER NOT NULL,
  calendar VARCHAR(10000) NOT NULL,
  settings ${text} NOT NULL,
  in_service BOOLEAN NOT NULL,
  CONSTRAINT printers_pk PRIMARY KEY (id),
  CONSTRAINT printers_code_key UNIQUE (shop_id, code),
  CONSTRAINT printers_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);

CREATE TABLE materials (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  version BIGINT NOT NULL,
  code VARCHAR(64) NOT NULL,
  name VARCHAR(200) NOT NULL,
  density VARCHAR(40) NOT NULL,
  price_per_kilogram VARCHAR(40) NOT NULL,
  waste VARCHAR(40) NOT NULL,
  purge_grams VARCHAR(40) NOT NULL,
  colours ${text} NOT NULL,
  offered BOOLEAN NOT NULL,
  CONSTRAINT materials_pk PRIMARY KEY (id),
  CONSTRAINT materials_code_key UNIQUE (shop_id, code),
  CONSTRAINT materials_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);

CREATE TABLE shipping_methods (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  version BIGINT NOT NULL,
  code VARCHAR(64) NOT NULL,
  name VARCHAR(200) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  zones ${text} NOT NULL,
  least_days INTEGER NOT NULL,
  most_days INTEGER NOT NULL,
  offered BOOLEAN NOT NULL,
  CONSTRAINT shipping_methods_pk PRIMARY KEY (id),
  CONSTRAINT shipping_methods_code_key UNIQUE (shop_id, code),
  CONSTRAINT shipping_methods_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);

CREATE TABLE price_lists (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  version BIGINT NOT NULL,
  number INTEGER NOT NULL,
  prices ${text} NOT NULL,
  effective_from TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT price_lists_pk PRIMARY KEY (id),
  CONSTRAINT price_lists_number_key UNIQUE (shop_id, number),
  CONSTRAINT price_lists_from_key UNIQUE (shop_id, effective_from),
  CONSTRAINT price_lists_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);

-- The checks are the last defence: whatever a program does, nothing is sold twice.
CREATE TABLE spools (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  version BIGINT NOT NULL,
  material_id UUID NOT NULL,
  colour VARCHAR(64) NOT NULL,
  label VARCHAR(200) NOT NULL,
  remaining_mg BIGINT NOT NULL,
  held_mg BIGINT NOT NULL,
  in_use BOOLEAN NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT spools_pk PRIMARY KEY (id),
  CONSTRAINT spools_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE,
  CONSTRAINT spools_held_check CHECK (held_mg >= 0 AND held_mg <= remaining_mg)
);
CREATE INDEX spools_shop ON spools (shop_id, material_id);

CREATE TABLE spool_reservations (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  reference VARCHAR(200) NOT NULL,
  state VARCHAR(20) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT spool_reservations_pk PRIMARY KEY (id),
  CONSTRAINT spool_reservations_reference_key UNIQUE (shop_id, reference),
  CONSTRAINT spool_reservations_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);
CREATE INDEX spool_reservations_due ON spool_reservations (state, expires_at);

CREATE TABLE spool_portions (
  reservation_id UUID NOT NULL,
  spool_id UUID NOT NULL,
  parts INTEGER NOT NULL,
  held_mg BIGINT NOT NULL,
  used_mg BIGINT NOT NULL,
  CONSTRAINT spool_portions_pk PRIMARY KEY (reservation_id, spool_id),
  CONSTRAINT spool_portions_reservation_fk FOREIGN KEY (reservation_id)
    REFERENCES spool_reservations (id) ON DELETE CASCADE,
  CONSTRAINT spool_portions_spool_fk FOREIGN KEY (spool_id) REFERENCES spools (id) ON DELETE CASCADE
);
CREATE INDEX spool_portions_spool ON spool_portions (spool_id);

CREATE TABLE spool_movements (
  id UUID NOT NULL,
  spool_id UUID NOT NULL,
  kind VARCHAR(20) NOT NULL,
  milligrams BIGINT NOT NULL,
  held_milligrams BIGINT NOT NULL,
  reference VARCHAR(200) NOT NULL,
  moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT spool_movements_pk PRIMARY KEY (id),
  CONSTRAINT spool_movements_spool_fk FOREIGN KEY (spool_id) REFERENCES spools (id) ON DELETE CASCADE
);
CREATE INDEX spool_movements_spool ON spool_movements (spool_id, id);

CREATE TABLE webhooks (
  id UUID NOT NULL,
  shop_id UUID NOT NULL,
  version BIGINT NOT NULL,
  url VARCHAR(2000) NOT NULL,
  types VARCHAR(100) ARRAY NOT NULL,
  state VARCHAR(20) NOT NULL,
  secret ${bytes} NOT NULL,
  old_secret ${bytes},
  old_secret_until TIMESTAMP WITH TIME ZONE,
  failures INTEGER NOT NULL,
  failing_since TIMESTAMP WITH TIME ZONE,
  paused_until TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT webhooks_pk PRIMARY KEY (id),
  CONSTRAINT webhooks_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE
);
CREATE INDEX webhooks_shop ON webhooks (shop_id);

CREATE TABLE webhook_deliveries (
  id UUID NOT NULL,
  webhook_id UUID NOT NULL,
  event_id UUID NOT NULL,
  replay INTEGER NOT NULL,
  type VARCHAR(100) NOT NULL,
  body ${text} NOT NULL,
  state VARCHAR(20) NOT NULL,
  attempts INTEGER NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_result VARCHAR(40) NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT webhook_deliveries_pk PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_event_key UNIQUE (webhook_id, event_id, replay),
  CONSTRAINT webhook_deliveries_webhook_fk FOREIGN KEY (webhook_id)
    REFERENCES webhooks (id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, due_at);
