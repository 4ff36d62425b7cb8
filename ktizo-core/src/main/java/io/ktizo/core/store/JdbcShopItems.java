package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.id.Id;
import io.ktizo.core.shop.CodeTakenException;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopItem;
import io.ktizo.core.shop.ShopItems;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.ConstraintException;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import io.ktizo.core.sql.StaleVersionException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The items of one kind in a table of a database. All tables have the columns {@code id}, {@code
 * shop_id}, {@code version} and {@code code}, and a unique key {@code …_code_key}; the kinds differ
 * in the rest.
 */
abstract class JdbcShopItems<I extends Id, T extends ShopItem<I>> implements ShopItems<I, T> {
  private final Database database;
  private final JdbcOutbox outbox;
  private final String table;
  private final String select;
  private final String insert;
  private final String update;

  /**
   * A kind.
   *
   * @param table its table, a constant of this library
   * @param columns the columns beside the common ones; each is a parameter of the same name
   */
  JdbcShopItems(Database database, JdbcOutbox outbox, String table, List<String> columns) {
    this.database = database;
    this.outbox = outbox;
    this.table = table;
    String names = String.join(", ", columns);
    this.select = "SELECT id, shop_id, version, code, " + names + " FROM " + table + " ";
    this.insert =
        columns.stream()
            .map(column -> ":" + column)
            .collect(
                Collectors.joining(
                    ", ",
                    "INSERT INTO "
                        + table
                        + " (id, shop_id, version, code, "
                        + names
                        + ") VALUES (:id, :shop_id, :version, :code, ",
                    ")"));
    this.update =
        columns.stream()
            .map(column -> column + " = :" + column)
            .collect(
                Collectors.joining(
                    ", ",
                    "UPDATE " + table + " SET version = version + 1, code = :code, ",
                    " WHERE id = :id AND version = :version"));
  }

  /** Gives values to the columns of this kind. */
  abstract Sql bind(Sql statement, T item);

  /** The item of a row. */
  abstract T item(Row row);

  /** The same item under another version. */
  abstract T versioned(T item, long version);

  @Override
  public void add(T item, List<Event> events) {
    run(
        item,
        () ->
            database.run(
                transaction -> {
                  int present =
                      transaction
                          .sql("SELECT COUNT(*) AS n FROM " + table + " WHERE shop_id = :shop")
                          .bind("shop", item.shop())
                          .one(row -> row.integer("n"));
                  if (present >= MOST_PER_SHOP) {
                    throw new TooManyException(item.shop(), MOST_PER_SHOP);
                  }
                  bind(transaction.sql(insert), item)
                      .bind("id", item.id())
                      .bind("shop_id", item.shop())
                      .bind("version", item.version())
                      .bind("code", item.code())
                      .update();
                  outbox.append(transaction, events);
                }));
  }

  @Override
  public Optional<T> find(I id) {
    return database.sql(select + "WHERE id = :id").bind("id", id).optional(this::item);
  }

  @Override
  public List<T> of(ShopId shop) {
    return database
        .sql(select + "WHERE shop_id = :shop ORDER BY code")
        .bind("shop", shop)
        .list(this::item);
  }

  @Override
  public Map<ShopId, String> stamps() {
    Map<ShopId, StringBuilder> stamps = new HashMap<>();
    database
        .sql(
            "SELECT shop_id, CAST(id AS VARCHAR(36)) AS item, version FROM "
                + table
                + " ORDER BY shop_id, id")
        .list(
            row ->
                new Stamp(row.id("shop_id", ShopId.FORM), row.text("item"), row.number("version")))
        .forEach(
            stamp ->
                stamps
                    .computeIfAbsent(stamp.shop(), shop -> new StringBuilder())
                    .append(stamp.id())
                    .append(' ')
                    .append(stamp.version())
                    .append(' '));
    Map<ShopId, String> texts = new HashMap<>();
    stamps.forEach((shop, text) -> texts.put(shop, text.toString()));
    return texts;
  }

  private record Stamp(ShopId shop, String id, long version) {}

  @Override
  public T save(T changed, List<Event> events) {
    run(
        changed,
        () ->
            database.run(
                transaction -> {
                  int updated =
                      bind(transaction.sql(update), changed)
                          .bind("id", changed.id())
                          .bind("version", changed.version())
                          .bind("code", changed.code())
                          .update();
                  if (updated == 0) {
                    throw new StaleVersionException(changed.id(), changed.version());
                  }
                  outbox.append(transaction, events);
                }));
    return versioned(changed, changed.version() + 1);
  }

  @Override
  public void remove(T item, List<Event> events) {
    database.run(
        transaction -> {
          int removed =
              transaction
                  .sql("DELETE FROM " + table + " WHERE id = :id AND version = :version")
                  .bind("id", item.id())
                  .bind("version", item.version())
                  .update();
          if (removed == 0) {
            throw new StaleVersionException(item.id(), item.version());
          }
          outbox.append(transaction, events);
        });
  }

  private void run(T item, Runnable change) {
    try {
      change.run();
    } catch (ConstraintException e) {
      if (e.isDuplicateOf(table + "_code_key")) {
        throw new CodeTakenException(item.id());
      }
      throw e;
    }
  }
}
