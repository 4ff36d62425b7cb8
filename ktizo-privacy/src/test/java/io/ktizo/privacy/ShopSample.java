package io.ktizo.privacy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.privacy.datamap.DataMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A shop of 15 tables that somebody else made: no foreign key declared, links by e-mail and by
 * name, addresses that several share, an order paid with another customer's card, composite keys.
 */
public final class ShopSample {
  private ShopSample() {}

  /** Whose rows they are, as this test reads the shop. */
  public static final DataMap MAP =
      DataMap.parse(
          """
          dataMap: 1
          name: shop
          purposes:
            sale: {description: Selling you things, basis: contract}
          retentions:
            account: {keep: P30D, from: end-of-relation, ground: own rule}
          subjects:
            customer: {dataSet: customer, key: id, identifiers: [email]}
            employee: {dataSet: employee, key: id, identifiers: [email]}
            visitor: {identifiers: [email]}
          dataSets:
            product:
              fields: {id: none, name: none, description: none, url: none, price: none}
            address:
              retention: account
              purposes: sale
              fields:
                id: record.reference
                house: contact.address.street
                street: contact.address.street
                city: contact.address.city
                state: contact.address.region
                zip: contact.address.postal-code
            customer:
              retention: account
              purposes: sale
              links:
                - {to: address, on: {address_id: id}, relation: owns, erase: {last: delete-row, shared: leave}}
              fields:
                id: identifier.unique
                email: contact.email
                name: contact.name
                created: record.timestamp
                address_id: record.reference
            employee:
              retention: account
              purposes: sale
              links:
                - {to: address, on: {address_id: id}, relation: owns, erase: {last: delete-row, shared: leave}}
              fields:
                id: identifier.unique
                email: contact.email
                name: contact.name
                address_id: record.reference
            payment_card:
              retention: account
              purposes: sale
              links:
                - {to: customer, on: {customer_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                - {to: address, on: {billing_address_id: id}, relation: owns, erase: {last: delete-row, shared: leave}}
              fields:
                id: record.reference
                name: financial.payment-card
                ccn: financial.payment-card
                code: {category: credential.other, secret: true}
                preferred: behaviour.preference
                customer_id: record.reference
                billing_address_id: record.reference
            orders:
              retention: account
              purposes: sale
              links:
                - {to: customer, on: {customer_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                - {to: address, on: {shipping_address_id: id}, relation: owns, erase: {last: delete-row, shared: leave}}
                - to: payment_card
                  on: {payment_card_id: id}
                  relation: accessed-by
                  erase: {shared: {anonymise: [payment_card_id]}}
                  export: {hide: [customer_id, shipping_address_id]}
              fields:
                id: record.reference
                customer_id: record.reference
                shipping_address_id: record.reference
                payment_card_id: {category: record.reference, erase: set-null}
            order_item:
              retention: account
              purposes: sale
              links:
                - {to: orders, on: {order_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {order_id: record.reference, item_no: none, product_id: behaviour.purchase, quantity: behaviour.purchase}
            visit:
              retention: account
              purposes: sale
              links:
                - {to: customer, on: {email: email}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                - {person: visitor, column: email, ignoreCase: true, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {email: contact.email, last_visit: behaviour.usage}
            login:
              retention: account
              purposes: sale
              links:
                - {to: customer, on: {customer_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {id: record.reference, customer_id: record.reference, time: behaviour.usage}
            service_request:
              retention: account
              purposes: sale
              links:
                - {to: customer, on: {email: email}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                - {person: visitor, column: email, ignoreCase: true, relation: owned-by, erase: {last: delete-row, shared: leave}}
                - to: employee
                  on: {employee_id: id}
                  relation: accessed-by
                  erase: {shared: {anonymise: [employee_id]}}
                  export: {hide: [email, alt_email]}
              fields:
                id: record.reference
                email: contact.email
                alt_email: contact.email
                opened: record.timestamp
                closed: record.timestamp
                employee_id: {category: record.reference, erase: set-null}
            report:
              retention: account
              purposes: sale
              links:
                - {person: visitor, column: email, ignoreCase: true, relation: owned-by, erase: {last: {anonymise: [email]}, shared: leave}}
              fields:
                id: none
                email: {category: contact.email, erase: {replace: email}}
                name: none
                year: none
                month: none
                total_visits: none
            composite_pk_test:
              retention: account
              purposes: sale
              links:
                - {to: customer, on: {customer_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {id_a: none, id_b: none, description: content.free-text, customer_id: record.reference}
            type_link_test:
              fields: {id: none, name: none}
            loyalty:
              retention: account
              purposes: sale
              links:
                - {to: customer, on: {name: name}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {id: identifier.unique, name: contact.name, points: behaviour.purchase, tier: behaviour.purchase}
            dynamic_email_address_config:
              fields: {id: none, email_address: none, vendor_name: none, site_id: none}
          """);

  /** Loads the shop as it is, or skips the test where it is not there. */
  public static void load(Connection connection, Databases database)
      throws IOException, SQLException {
    Path file =
        Path.of(System.getProperty("ktizo.root", ".."))
            .resolve("../shared/corpus/privacy/shop/postgres_sample.sql")
            .normalize();
    assumeTrue(Files.exists(file), "the sample shop is not at ../shared/corpus");
    String script = Files.readString(file);
    if (database == Databases.H2) {
      script =
          script
              .substring(0, script.indexOf("CREATE SCHEMA backup_schema"))
              .replace("MONEY", "NUMERIC")
              .replaceAll("'\\$([0-9.]+)'", "'$1'")
              .replaceAll("(?m)^ALTER SEQUENCE.*$", "");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(script);
    }
  }

  /** Every row of every table as text: {@code table|value|value…}, sorted. */
  public static List<String> rows(Connection connection) throws SQLException {
    List<String> found = new ArrayList<>();
    for (String table : new TreeMap<>(tables()).keySet()) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT * FROM public." + table)) {
        while (rows.next()) {
          StringBuilder text = new StringBuilder(table);
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            text.append('|').append(rows.getString(i));
          }
          found.add(text.toString());
        }
      }
    }
    found.sort(null);
    return found;
  }

  private static java.util.Map<String, String> tables() {
    java.util.Map<String, String> names = new TreeMap<>();
    MAP.dataSets().forEach(set -> names.put(set.table(), set.name()));
    return names;
  }
}
