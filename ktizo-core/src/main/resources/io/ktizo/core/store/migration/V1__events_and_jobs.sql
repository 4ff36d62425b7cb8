-- Events that wait for their delivery, and jobs that wait for their time.
CREATE TABLE event_streams (
  about VARCHAR(100) NOT NULL,
  last_number BIGINT NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  attempts INTEGER NOT NULL,
  owner UUID,
  parked_at TIMESTAMP WITH TIME ZONE,
  failure VARCHAR(200),
  CONSTRAINT event_streams_pk PRIMARY KEY (about)
);
CREATE INDEX event_streams_due ON event_streams (due_at);

CREATE TABLE events (
  about VARCHAR(100) NOT NULL,
  number BIGINT NOT NULL,
  id UUID NOT NULL,
  type VARCHAR(100) NOT NULL,
  happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  facts ${text} NOT NULL,
  CONSTRAINT events_pk PRIMARY KEY (about, number),
  CONSTRAINT events_id_key UNIQUE (id)
);

-- As db-scheduler 16 asks for it.
CREATE TABLE scheduled_tasks (
  task_name VARCHAR(100) NOT NULL,
  task_instance VARCHAR(100) NOT NULL,
  task_data ${bytes},
  execution_time TIMESTAMP WITH TIME ZONE NOT NULL,
  picked BOOLEAN NOT NULL,
  picked_by VARCHAR(50),
  last_success TIMESTAMP WITH TIME ZONE,
  last_failure TIMESTAMP WITH TIME ZONE,
  consecutive_failures INTEGER,
  last_heartbeat TIMESTAMP WITH TIME ZONE,
  version BIGINT NOT NULL,
  priority SMALLINT,
  CONSTRAINT scheduled_tasks_pk PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_due ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_heartbeat ON scheduled_tasks (last_heartbeat);
