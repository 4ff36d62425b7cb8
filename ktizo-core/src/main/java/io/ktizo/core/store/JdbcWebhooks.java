package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.EventId;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.webhook.DeliveringWebhooks;
import io.ktizo.core.webhook.Sealed;
import io.ktizo.core.webhook.Webhook;
import io.ktizo.core.webhook.WebhookDelivery;
import io.ktizo.core.webhook.WebhookDeliveryId;
import io.ktizo.core.webhook.WebhookId;
import io.ktizo.core.webhook.Webhooks;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Webhooks and their messages in a database. */
public final class JdbcWebhooks implements Webhooks {
  private static final String SELECT =
      """
      SELECT id, shop_id, version, url, types, state, secret, old_secret, old_secret_until,
        failures, failing_since, paused_until, created_at
      FROM webhooks
      """;
  private static final String BY_ID = SELECT + "WHERE id = :id";
  private static final String OF_SHOP = SELECT + "WHERE shop_id = :shop ORDER BY id";
  private static final String DELIVERIES =
      """
      SELECT d.id, d.webhook_id, d.event_id, d.replay, d.type, d.body, d.state, d.attempts, d.due_at,
        d.last_result, d.last_at, d.created_at
      FROM webhook_deliveries d
      """;
  private static final String DELIVERY = DELIVERIES + "WHERE d.id = :id";
  private static final String LOG =
      DELIVERIES
          + "WHERE d.webhook_id = :webhook AND d.id < :before ORDER BY d.id DESC LIMIT :most";
  private static final String DUE =
      """
      SELECT d.id, d.webhook_id, w.failures
      FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
      WHERE d.state = 'PENDING' AND d.due_at <= :now AND w.state = 'ACTIVE'
        AND (w.paused_until IS NULL OR w.paused_until <= :now)
      ORDER BY d.due_at, d.id LIMIT :most
      """;
  private static final UUID LAST = new UUID(-1, -1);

  private final Database database;
  private final JdbcOutbox outbox;

  /** Webhooks in this database, whose events go to this outbox. */
  public JdbcWebhooks(Database database, JdbcOutbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  private static Webhook webhook(Row row) {
    byte[] old = row.bytesOrNull("old_secret");
    return new Webhook(
        row.id("id", WebhookId.FORM),
        row.id("shop_id", ShopId.FORM),
        row.number("version"),
        URI.create(row.text("url")),
        Set.copyOf(row.texts("types")),
        row.constant("state", Webhook.State.class),
        new Sealed(row.bytes("secret")),
        old == null ? null : new Sealed(old),
        row.instantOrNull("old_secret_until"),
        row.integer("failures"),
        row.instantOrNull("failing_since"),
        row.instantOrNull("paused_until"),
        row.instant("created_at"));
  }

  private static Sql values(Sql statement, Webhook webhook) {
    Sealed old = webhook.oldSecret();
    return statement
        .bind("id", webhook.id())
        .bind("version", webhook.version())
        .bind("url", webhook.url().toString())
        .bind("types", List.copyOf(webhook.types()))
        .bind("state", webhook.state())
        .bind("secret", webhook.secret().bytes())
        .bind("oldSecret", old == null ? null : old.bytes())
        .bind("oldSecretUntil", webhook.oldSecretUntil())
        .bind("failures", webhook.failures())
        .bind("failingSince", webhook.failingSince())
        .bind("pausedUntil", webhook.pausedUntil());
  }

  @Override
  public void add(Webhook webhook) {
    database.run(
        transaction -> {
          // Of two at the same moment, one waits for the other.
          var unused =
              transaction
                  .sql("SELECT id FROM shops WHERE id = :shop FOR UPDATE")
                  .bind("shop", webhook.shop())
                  .optional(row -> row.uuid("id"));
          int present =
              transaction
                  .sql("SELECT COUNT(*) AS n FROM webhooks WHERE shop_id = :shop")
                  .bind("shop", webhook.shop())
                  .one(row -> row.integer("n"));
          if (present >= MOST_PER_SHOP) {
            throw new TooManyException(webhook.shop(), MOST_PER_SHOP);
          }
          values(
                  transaction.sql(
                      """
                      INSERT INTO webhooks (id, shop_id, version, url, types, state, secret,
                        old_secret, old_secret_until, failures, failing_since, paused_until,
                        created_at)
                      VALUES (:id, :shop, :version, :url, :types, :state, :secret, :oldSecret,
                        :oldSecretUntil, :failures, :failingSince, :pausedUntil, :createdAt)
                      """),
                  webhook)
              .bind("shop", webhook.shop())
              .bind("createdAt", webhook.createdAt())
              .update();
        });
  }

  @Override
  public Optional<Webhook> find(WebhookId id) {
    return database.sql(BY_ID).bind("id", id).optional(JdbcWebhooks::webhook);
  }

  @Override
  public List<Webhook> of(ShopId shop) {
    return database.sql(OF_SHOP).bind("shop", shop).list(JdbcWebhooks::webhook);
  }

  @Override
  public Webhook save(Webhook changed) {
    int updated =
        values(
                database.sql(
                    """
                    UPDATE webhooks
                    SET version = version + 1, url = :url, types = :types, state = :state,
                      secret = :secret, old_secret = :oldSecret,
                      old_secret_until = :oldSecretUntil, failures = :failures,
                      failing_since = :failingSince, paused_until = :pausedUntil
                    WHERE id = :id AND version = :version
                    """),
                changed)
            .update();
    if (updated == 0) {
      throw new StaleVersionException(changed.id(), changed.version());
    }
    return changed.atVersion(changed.version() + 1);
  }

  @Override
  public void remove(Webhook webhook) {
    int removed =
        database
            .sql("DELETE FROM webhooks WHERE id = :id AND version = :version")
            .bind("id", webhook.id())
            .bind("version", webhook.version())
            .update();
    if (removed == 0) {
      throw new StaleVersionException(webhook.id(), webhook.version());
    }
  }

  @Override
  public int write(List<WebhookDelivery> deliveries) {
    return database.inTransaction(
        transaction ->
            transaction.batch(
                """
                INSERT INTO webhook_deliveries (id, webhook_id, event_id, replay, type, body, state,
                  attempts, due_at, last_result, last_at, created_at)
                VALUES (:id, :webhook, :event, :replay, :type, :body, :state, :attempts, :dueAt,
                  :lastResult, :lastAt, :createdAt)
                ON CONFLICT DO NOTHING
                """,
                deliveries,
                (values, delivery) ->
                    values
                        .bind("id", delivery.id())
                        .bind("webhook", delivery.webhook())
                        .bind("event", delivery.event())
                        .bind("replay", delivery.replay())
                        .bind("type", delivery.type())
                        .bind("body", delivery.body())
                        .bind("state", delivery.state())
                        .bind("attempts", delivery.attempts())
                        .bind("dueAt", delivery.dueAt())
                        .bind("lastResult", delivery.lastResult())
                        .bind("lastAt", delivery.lastAt())
                        .bind("createdAt", delivery.createdAt())));
  }

  private static WebhookDelivery delivery(Row row) {
    return new WebhookDelivery(
        row.id("id", WebhookDeliveryId.FORM),
        row.id("webhook_id", WebhookId.FORM),
        row.id("event_id", EventId.FORM),
        row.integer("replay"),
        row.text("type"),
        row.text("body"),
        row.constant("state", WebhookDelivery.State.class),
        row.integer("attempts"),
        row.instant("due_at"),
        row.text("last_result"),
        row.instantOrNull("last_at"),
        row.instant("created_at"));
  }

  private record Due(WebhookDeliveryId id, WebhookId webhook, int failures) {}

  @Override
  public List<WebhookDelivery> claim(Instant now, Instant leaseEnd, int most) {
    return database.inTransaction(
        transaction -> {
          List<Due> due =
              transaction
                  .sql(DUE)
                  .bind("now", now)
                  .bind("most", most)
                  .list(
                      row ->
                          new Due(
                              row.id("id", WebhookDeliveryId.FORM),
                              row.id("webhook_id", WebhookId.FORM),
                              row.integer("failures")));
          Set<WebhookId> tried = new HashSet<>();
          List<WebhookDelivery> claimed = new ArrayList<>();
          for (Due one : due) {
            if (one.failures() > 0 && !tried.add(one.webhook())) {
              continue;
            }
            // Of several instances, the one whose update finds it due has it.
            int taken =
                transaction
                    .sql(
                        """
                        UPDATE webhook_deliveries SET due_at = :leaseEnd
                        WHERE id = :id AND state = 'PENDING' AND due_at <= :now
                        """)
                    .bind("leaseEnd", leaseEnd)
                    .bind("id", one.id())
                    .bind("now", now)
                    .update();
            if (taken == 1) {
              transaction
                  .sql(DELIVERY)
                  .bind("id", one.id())
                  .optional(JdbcWebhooks::delivery)
                  .ifPresent(claimed::add);
            }
          }
          return List.copyOf(claimed);
        });
  }

  @Override
  public boolean record(WebhookDelivery claimed, Result result, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          WebhookDelivery.State state =
              result.delivered()
                  ? WebhookDelivery.State.DELIVERED
                  : result.nextAt() == null
                      ? WebhookDelivery.State.FAILED
                      : WebhookDelivery.State.PENDING;
          int updated =
              transaction
                  .sql(
                      """
                      UPDATE webhook_deliveries
                      SET state = :state, attempts = attempts + 1, due_at = :dueAt,
                        last_result = :result, last_at = :at
                      WHERE id = :id AND state = 'PENDING' AND attempts = :attempts
                        AND due_at = :lease
                      """)
                  .bind("state", state)
                  .bind("dueAt", result.nextAt() == null ? result.at() : result.nextAt())
                  .bind("result", result.outcome())
                  .bind("at", result.at())
                  .bind("id", claimed.id())
                  .bind("attempts", claimed.attempts())
                  .bind("lease", claimed.dueAt())
                  .update();
          if (updated == 0) {
            return false;
          }
          if (result.delivered()) {
            transaction
                .sql(
                    """
                    UPDATE webhooks
                    SET failures = 0, failing_since = NULL, paused_until = NULL
                    WHERE id = :id AND failures > 0
                    """)
                .bind("id", claimed.webhook())
                .update();
          } else {
            int failures =
                1
                    + transaction
                        .sql("SELECT failures FROM webhooks WHERE id = :id FOR UPDATE")
                        .bind("id", claimed.webhook())
                        .one(row -> row.integer("failures"));
            transaction
                .sql(
                    """
                    UPDATE webhooks
                    SET failures = :failures, failing_since = COALESCE(failing_since, :at),
                      paused_until = :pausedUntil
                    WHERE id = :id
                    """)
                .bind("failures", failures)
                .bind("at", result.at())
                .bind("pausedUntil", result.at().plus(DeliveringWebhooks.restAfter(failures)))
                .bind("id", claimed.webhook())
                .update();
          }
          boolean disabled =
              result.disable()
                  && transaction
                          .sql(
                              """
                              UPDATE webhooks SET state = 'DISABLED', version = version + 1
                              WHERE id = :id AND state = 'ACTIVE'
                              """)
                          .bind("id", claimed.webhook())
                          .update()
                      == 1;
          if (disabled || !result.disable()) {
            outbox.append(transaction, events);
          }
          return true;
        });
  }

  @Override
  public Optional<WebhookDelivery> delivery(WebhookDeliveryId id) {
    return database.sql(DELIVERY).bind("id", id).optional(JdbcWebhooks::delivery);
  }

  @Override
  public List<WebhookDelivery> deliveries(
      WebhookId webhook, @Nullable WebhookDeliveryId before, int most) {
    return database
        .sql(LOG)
        .bind("webhook", webhook)
        .bind("before", before == null ? LAST : before.value())
        .bind("most", most)
        .list(JdbcWebhooks::delivery);
  }

  @Override
  public int replays(WebhookDelivery delivery) {
    return database
        .sql(
            """
            SELECT MAX(replay) AS n FROM webhook_deliveries
            WHERE webhook_id = :webhook AND event_id = :event
            """)
        .bind("webhook", delivery.webhook())
        .bind("event", delivery.event())
        .one(row -> Optional.ofNullable(row.integerOrNull("n")).orElse(0));
  }

  @Override
  public int forget(Instant olderThan) {
    return database
        .sql(
            """
            DELETE FROM webhook_deliveries WHERE state <> 'PENDING' AND created_at < :olderThan
            """)
        .bind("olderThan", olderThan)
        .update();
  }
}
