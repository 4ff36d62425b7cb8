-- A library of things: members borrow tools, write reviews, and may be messaged by the staff.
CREATE TABLE members (
  id INTEGER PRIMARY KEY,
  email VARCHAR(200) NOT NULL UNIQUE,
  name VARCHAR(100) NOT NULL,
  password_hash VARCHAR(100) NOT NULL
);
CREATE TABLE tools (
  id INTEGER PRIMARY KEY,
  title VARCHAR(100) NOT NULL
);
CREATE TABLE loans (
  id INTEGER PRIMARY KEY,
  member_id INTEGER NOT NULL REFERENCES members (id),
  tool_id INTEGER NOT NULL REFERENCES tools (id),
  lent DATE NOT NULL,
  returned DATE
);
CREATE TABLE invoices (
  id INTEGER PRIMARY KEY,
  member_id INTEGER REFERENCES members (id),
  issued DATE NOT NULL,
  billed_to VARCHAR(200),
  amount NUMERIC(10, 2) NOT NULL
);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  sender_id INTEGER REFERENCES members (id),
  receiver_id INTEGER REFERENCES members (id),
  sent TIMESTAMP NOT NULL,
  body VARCHAR(2000) NOT NULL
);
INSERT INTO members VALUES
  (1, 'ada@example.org', 'Ada Example', '$argon2id$ada'),
  (2, 'bob@example.org', 'Bob Example', '$argon2id$bob');
INSERT INTO tools VALUES (1, 'Drill'), (2, 'Sewing machine');
INSERT INTO loans VALUES (1, 1, 1, DATE '2026-03-01', DATE '2026-03-05'), (2, 2, 2, DATE '2026-04-01', NULL);
INSERT INTO invoices VALUES
  (1, 1, DATE '2026-03-06', 'Ada Example, 1 Example Street', 12.50),
  (2, 2, DATE '2026-04-06', 'Bob Example, 2 Example Street', 8.00);
INSERT INTO messages VALUES
  (1, 1, 2, TIMESTAMP '2026-04-02 09:00:00', 'Could I have the machine after you?'),
  (2, 2, 1, TIMESTAMP '2026-04-02 10:00:00', 'Sure, on Friday.');
