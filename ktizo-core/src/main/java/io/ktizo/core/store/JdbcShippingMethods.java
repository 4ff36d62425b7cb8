package io.ktizo.core.store;

import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.shop.ShippingMethod;
import io.ktizo.core.shop.ShippingMethodId;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import java.util.List;

/** Shipping methods in a database. */
public final class JdbcShippingMethods extends JdbcShopItems<ShippingMethodId, ShippingMethod> {
  /** Shipping methods in this database, whose events go to this outbox. */
  public JdbcShippingMethods(Database database, JdbcOutbox outbox) {
    super(
        database,
        outbox,
        "shipping_methods",
        List.of("name", "kind", "zones", "least_days", "most_days", "offered"));
  }

  @Override
  Sql bind(Sql statement, ShippingMethod method) {
    return statement
        .bind("name", method.name())
        .bind("kind", method.kind())
        .bind("zones", ShopJson.write(method.zones()))
        .bind("least_days", method.days().least())
        .bind("most_days", method.days().most())
        .bind("offered", method.offered());
  }

  @Override
  ShippingMethod item(Row row) {
    return new ShippingMethod(
        row.id("id", ShippingMethodId.FORM),
        row.id("shop_id", ShopId.FORM),
        row.number("version"),
        row.text("code"),
        row.text("name"),
        row.constant("kind", ShippingMethod.Kind.class),
        ShopJson.readList(row.text("zones"), ShippingMethod.Zone.class),
        new ShippingMethod.Days(row.integer("least_days"), row.integer("most_days")),
        row.truth("offered"));
  }

  @Override
  ShippingMethod versioned(ShippingMethod method, long version) {
    return method.atVersion(version);
  }
}
