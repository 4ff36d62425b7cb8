package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.event.Outbox;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.shop.Material;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.PriceLists;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.PrinterId;
import io.ktizo.core.shop.ShippingMethod;
import io.ktizo.core.shop.ShippingMethodId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopItems;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.shop.Stock;
import io.ktizo.core.sql.Database;
import java.time.Instant;
import java.util.List;
import org.joda.money.CurrencyUnit;

/** The stores of Shops over one database or memory, for tests here and of an embedder. */
public record ShopStores(
    Shops shops,
    ShopItems<PrinterId, Printer> printers,
    ShopItems<MaterialId, Material> materials,
    ShopItems<ShippingMethodId, ShippingMethod> shipping,
    PriceLists prices,
    Stock stock,
    Outbox outbox) {

  /** In memory. */
  public static ShopStores inMemory() {
    MemoryOutbox outbox = new MemoryOutbox();
    return new ShopStores(
        new MemoryShops(outbox),
        new MemoryShopItems<>(outbox, Printer::atVersion),
        new MemoryShopItems<>(outbox, Material::atVersion),
        new MemoryShopItems<>(outbox, ShippingMethod::atVersion),
        new MemoryPriceLists(outbox),
        new MemoryStock(outbox),
        outbox);
  }

  /** In a database with the core's tables. */
  public static ShopStores in(Database database, IdGenerator ids) {
    JdbcOutbox outbox = new JdbcOutbox(database);
    return new ShopStores(
        new JdbcShops(database, outbox),
        new JdbcPrinters(database, outbox),
        new JdbcMaterials(database, outbox),
        new JdbcShippingMethods(database, outbox),
        new JdbcPriceLists(database, outbox),
        new JdbcStock(database, outbox, ids),
        outbox);
  }

  /** A new Shop that may sell, with an owner of its own. */
  public ShopId anApprovedShop(IdGenerator ids, Instant at) {
    ShopId shop = ShopId.FORM.next(ids);
    shops.add(
        new Shop(
            shop,
            1,
            "s" + shop.value().toString().substring(24),
            CurrencyUnit.EUR,
            new Shop.Profile("Shop", "", ""),
            null,
            "",
            ShopState.APPROVED,
            "",
            null,
            at,
            at),
        new Member(shop, AccountId.FORM.next(ids), ShopRole.OWNER, at),
        List.of());
    return shop;
  }
}
