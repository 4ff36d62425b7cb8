package io.ktizo.core.store;

import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import io.ktizo.core.shop.PrintCalendar;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.PrinterId;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import java.math.BigDecimal;
import java.util.List;

/** Printers in a database. */
public final class JdbcPrinters extends JdbcShopItems<PrinterId, Printer> {
  /** Printers in this database, whose events go to this outbox. */
  public JdbcPrinters(Database database, JdbcOutbox outbox) {
    super(
        database,
        outbox,
        "printers",
        List.of(
            "name",
            "process",
            "volume",
            "hourly_rate",
            "power",
            "units",
            "calendar",
            "settings",
            "in_service"));
  }

  @Override
  Sql bind(Sql statement, Printer printer) {
    return statement
        .bind("name", printer.name())
        .bind("process", printer.process())
        .bind("volume", ShopJson.write(printer.volume()))
        .bind("hourly_rate", printer.hourlyRate().toString())
        .bind("power", ShopJson.write(printer.power()))
        .bind("units", printer.units())
        .bind("calendar", ShopJson.write(printer.calendar()))
        .bind("settings", ShopJson.write(printer.settings()))
        .bind("in_service", printer.inService());
  }

  @Override
  Printer item(Row row) {
    return new Printer(
        row.id("id", PrinterId.FORM),
        row.id("shop_id", ShopId.FORM),
        row.number("version"),
        row.text("code"),
        row.text("name"),
        row.constant("process", PrintProcess.class),
        ShopJson.read(row.text("volume"), PriceList.BuildVolume.class),
        new BigDecimal(row.text("hourly_rate")),
        ShopJson.read(row.text("power"), PriceList.Power.class),
        row.integer("units"),
        ShopJson.read(row.text("calendar"), PrintCalendar.class),
        ShopJson.readList(row.text("settings"), Printer.Setting.class),
        row.truth("in_service"));
  }

  @Override
  Printer versioned(Printer printer, long version) {
    return printer.atVersion(version);
  }
}
