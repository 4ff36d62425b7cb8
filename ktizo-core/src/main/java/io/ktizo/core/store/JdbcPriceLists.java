package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.shop.PriceListFixedException;
import io.ktizo.core.shop.PriceListId;
import io.ktizo.core.shop.PriceListVersion;
import io.ktizo.core.shop.PriceLists;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.ConstraintException;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.sql.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Price lists in a database. */
public final class JdbcPriceLists implements PriceLists {
  private static final String SELECT =
      """
      SELECT id, shop_id, version, number, prices, effective_from, created_at
      FROM price_lists
      """;
  private static final String BY_ID = SELECT + "WHERE id = :id";
  private static final String OF_SHOP =
      SELECT + "WHERE shop_id = :shop AND number < :below ORDER BY number DESC LIMIT :most";
  private static final String IN_FORCE =
      SELECT
          + """
          WHERE shop_id = :shop AND effective_from <= :at
          ORDER BY effective_from DESC LIMIT 1
          """;

  private final Database database;
  private final JdbcOutbox outbox;

  /** Price lists in this database, whose events go to this outbox. */
  public JdbcPriceLists(Database database, JdbcOutbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  private static PriceListVersion version(Row row) {
    return new PriceListVersion(
        row.id("id", PriceListId.FORM),
        row.id("shop_id", ShopId.FORM),
        row.number("version"),
        row.integer("number"),
        ShopJson.read(row.text("prices"), PriceList.class),
        row.instantOrNull("effective_from"),
        row.instant("created_at"));
  }

  @Override
  public boolean add(PriceListVersion draft) {
    return database.inTransaction(
        transaction -> {
          int drafts =
              transaction
                  .sql(
                      """
                      SELECT COUNT(*) AS n FROM price_lists
                      WHERE shop_id = :shop AND effective_from IS NULL
                      """)
                  .bind("shop", draft.shop())
                  .one(row -> row.integer("n"));
          if (drafts >= MOST_DRAFTS) {
            throw new TooManyException(draft.shop(), MOST_DRAFTS);
          }
          return transaction
                  .sql(
                      """
                      INSERT INTO price_lists (id, shop_id, version, number, prices, created_at)
                      VALUES (:id, :shop, :version, :number, :prices, :createdAt)
                      ON CONFLICT DO NOTHING
                      """)
                  .bind("id", draft.id())
                  .bind("shop", draft.shop())
                  .bind("version", draft.version())
                  .bind("number", draft.number())
                  .bind("prices", ShopJson.write(draft.prices()))
                  .bind("createdAt", draft.createdAt())
                  .update()
              == 1;
        });
  }

  @Override
  public int nextNumber(ShopId shop) {
    return database
        .sql("SELECT COALESCE(MAX(number), 0) + 1 AS n FROM price_lists WHERE shop_id = :shop")
        .bind("shop", shop)
        .one(row -> row.integer("n"));
  }

  @Override
  public Optional<PriceListVersion> find(PriceListId id) {
    return database.sql(BY_ID).bind("id", id).optional(JdbcPriceLists::version);
  }

  @Override
  public List<PriceListVersion> of(ShopId shop, int belowNumber, int most) {
    return database
        .sql(OF_SHOP)
        .bind("shop", shop)
        .bind("below", belowNumber)
        .bind("most", most)
        .list(JdbcPriceLists::version);
  }

  @Override
  public PriceListVersion save(PriceListVersion draft) {
    return database.inTransaction(
        transaction -> {
          int updated =
              transaction
                  .sql(
                      """
                      UPDATE price_lists SET version = version + 1, prices = :prices
                      WHERE id = :id AND version = :version AND effective_from IS NULL
                      """)
                  .bind("prices", ShopJson.write(draft.prices()))
                  .bind("id", draft.id())
                  .bind("version", draft.version())
                  .update();
          return changed(transaction, draft, updated, draft);
        });
  }

  @Override
  public Optional<PriceListVersion> publish(PriceListVersion version, List<Event> events) {
    try {
      return Optional.of(
          database.inTransaction(
              transaction -> {
                int updated =
                    transaction
                        .sql(
                            """
                            UPDATE price_lists
                            SET version = version + 1, prices = :prices, effective_from = :from
                            WHERE id = :id AND version = :version AND effective_from IS NULL
                            """)
                        .bind("prices", ShopJson.write(version.prices()))
                        .bind("from", version.from())
                        .bind("id", version.id())
                        .bind("version", version.version())
                        .update();
                PriceListVersion kept = changed(transaction, version, updated, version);
                outbox.append(transaction, events);
                return kept;
              }));
    } catch (ConstraintException e) {
      if (e.isDuplicateOf("price_lists_from_key")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public PriceListVersion withdraw(PriceListVersion version, Instant now, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          int updated =
              transaction
                  .sql(
                      """
                      UPDATE price_lists SET version = version + 1, effective_from = NULL
                      WHERE id = :id AND version = :version AND effective_from > :now
                      """)
                  .bind("id", version.id())
                  .bind("version", version.version())
                  .bind("now", now)
                  .update();
          PriceListVersion draft =
              new PriceListVersion(
                  version.id(),
                  version.shop(),
                  version.version(),
                  version.number(),
                  version.prices(),
                  null,
                  version.createdAt());
          PriceListVersion kept = changed(transaction, version, updated, draft);
          outbox.append(transaction, events);
          return kept;
        });
  }

  /** Of two reasons why nothing was changed, tells which it was. */
  private static PriceListVersion changed(
      Transaction transaction, PriceListVersion version, int rows, PriceListVersion after) {
    if (rows == 1) {
      return after.atVersion(version.version() + 1);
    }
    throw refusal(transaction, version);
  }

  private static RuntimeException refusal(Transaction transaction, PriceListVersion version) {
    boolean sameVersion =
        transaction
            .sql("SELECT id FROM price_lists WHERE id = :id AND version = :version")
            .bind("id", version.id())
            .bind("version", version.version())
            .optional(row -> true)
            .isPresent();
    return sameVersion
        ? new PriceListFixedException(version.id())
        : new StaleVersionException(version.id(), version.version());
  }

  @Override
  public void discard(PriceListVersion draft) {
    database.run(
        transaction -> {
          int removed =
              transaction
                  .sql(
                      """
                      DELETE FROM price_lists
                      WHERE id = :id AND version = :version AND effective_from IS NULL
                      """)
                  .bind("id", draft.id())
                  .bind("version", draft.version())
                  .update();
          if (removed == 0) {
            throw refusal(transaction, draft);
          }
        });
  }

  @Override
  public boolean hasPublished(ShopId shop) {
    return database
        .sql(
            """
            SELECT id FROM price_lists
            WHERE shop_id = :shop AND effective_from IS NOT NULL LIMIT 1
            """)
        .bind("shop", shop)
        .optional(row -> true)
        .isPresent();
  }

  @Override
  public Optional<PriceList> inForce(ShopId shop, Instant at) {
    return database.reading(
        transaction ->
            transaction
                .sql(IN_FORCE)
                .bind("shop", shop)
                .bind("at", at)
                .optional(JdbcPriceLists::version)
                .map(version -> ended(transaction, version)));
  }

  private static PriceList ended(Transaction transaction, PriceListVersion version) {
    PriceList prices = version.prices();
    return transaction
        .sql(
            """
            SELECT effective_from FROM price_lists
            WHERE shop_id = :shop AND effective_from > :from
            ORDER BY effective_from LIMIT 1
            """)
        .bind("shop", version.shop())
        .bind("from", version.from())
        .optional(row -> row.instant("effective_from"))
        .map(
            next ->
                prices.headed(prices.shop(), prices.id(), prices.version(), prices.from(), next))
        .orElse(prices);
  }
}
