package io.ktizo.core.store;

import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.shop.Material;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import java.math.BigDecimal;
import java.util.List;

/** Materials in a database. */
public final class JdbcMaterials extends JdbcShopItems<MaterialId, Material> {
  /** Materials in this database, whose events go to this outbox. */
  public JdbcMaterials(Database database, JdbcOutbox outbox) {
    super(
        database,
        outbox,
        "materials",
        List.of(
            "name", "density", "price_per_kilogram", "waste", "purge_grams", "colours", "offered"));
  }

  @Override
  Sql bind(Sql statement, Material material) {
    return statement
        .bind("name", material.name())
        .bind("density", material.density().toString())
        .bind("price_per_kilogram", material.pricePerKilogram().toString())
        .bind("waste", material.waste().toString())
        .bind("purge_grams", material.purgeGrams().toString())
        .bind("colours", ShopJson.write(material.colours()))
        .bind("offered", material.offered());
  }

  @Override
  Material item(Row row) {
    return new Material(
        row.id("id", MaterialId.FORM),
        row.id("shop_id", ShopId.FORM),
        row.number("version"),
        row.text("code"),
        row.text("name"),
        new BigDecimal(row.text("density")),
        new BigDecimal(row.text("price_per_kilogram")),
        new BigDecimal(row.text("waste")),
        new BigDecimal(row.text("purge_grams")),
        ShopJson.readList(row.text("colours"), Material.Colour.class),
        row.truth("offered"));
  }

  @Override
  Material versioned(Material material, long version) {
    return material.atVersion(version);
  }
}
