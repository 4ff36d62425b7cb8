package io.ktizo.core.shop;

import io.ktizo.core.event.Event;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a Shop prints with and how it ships: adding, changing and removing printers, materials,
 * spools and shipping methods so that they fit each other. Whether somebody may is decided before,
 * by {@link io.ktizo.core.account.Permissions}.
 *
 * <p>Versions guard changes: {@link io.ktizo.core.sql.StaleVersionException} tells of two people
 * who changed the same thing. {@link CodeTakenException} and {@link TooManyException} come from the
 * stores.
 */
public final class ManagingEquipment {
  private final ShopEnvironment host;
  private final Stock stock;

  /** Managing with these parts. */
  public ManagingEquipment(ShopEnvironment host, Stock stock) {
    this.host = host;
    this.stock = stock;
  }

  /**
   * What became of a wish.
   *
   * @param <T> kind of thing
   */
  public sealed interface Outcome<T> {
    /**
     * Done.
     *
     * @param thing as it is kept now; as it was, if it was removed
     */
    record Done<T>(T thing) implements Outcome<T> {}

    /** It would not fit what the Shop has. Nothing was changed. */
    record Refused<T>(Misfit why) implements Outcome<T> {}
  }

  /** Why something does not fit. */
  public enum Misfit {
    /** The Shop has no material with this id or code. */
    NO_SUCH_MATERIAL,
    /** The material is not there in this colour; or it has colours and none was told. */
    NO_SUCH_COLOUR,
    /** An amount is not in the Shop's currency. */
    OTHER_CURRENCY,
    /** A printer of the Shop prints the material. */
    PRINTED,
    /** There are spools of the material, or of the colour. */
    IN_STOCK,
    /** More is held on the spool than it is said to have. */
    HELD
  }

  // ---- printers ----

  /** Keeps a new printer. */
  public Outcome<Printer> add(Shop shop, Printer printer) {
    if (!printsOwnMaterials(printer)) {
      return new Outcome.Refused<>(Misfit.NO_SUCH_MATERIAL);
    }
    host.printers().add(printer, told(shop, printer));
    return new Outcome.Done<>(printer);
  }

  /** Changes a printer; its version guards the change. */
  public Outcome<Printer> change(Shop shop, Printer printer) {
    return printsOwnMaterials(printer)
        ? new Outcome.Done<>(host.printers().save(printer, told(shop, printer)))
        : new Outcome.Refused<>(Misfit.NO_SUCH_MATERIAL);
  }

  /** Removes a printer; its version guards the change. */
  public Outcome<Printer> remove(Shop shop, Printer printer) {
    host.printers().remove(printer, told(shop, printer));
    return new Outcome.Done<>(printer);
  }

  private boolean printsOwnMaterials(Printer printer) {
    if (printer.settings().isEmpty()) {
      return true;
    }
    Set<String> known = new HashSet<>();
    host.materials().of(printer.shop()).forEach(material -> known.add(material.code()));
    return printer.settings().stream().map(Printer.Setting::material).allMatch(known::contains);
  }

  // ---- materials ----

  /** Keeps a new material. */
  public Outcome<Material> add(Shop shop, Material material) {
    host.materials().add(material, told(shop, material));
    return new Outcome.Done<>(material);
  }

  /**
   * Changes a material; its version guards the change. A code by which printers print it stays, and
   * so do colours of which there are spools in use.
   */
  public Outcome<Material> change(Shop shop, Material before, Material material) {
    if (!material.code().equals(before.code()) && isPrinted(before)) {
      return new Outcome.Refused<>(Misfit.PRINTED);
    }
    for (StockLevel level : stock.levels(shop.id())) {
      if (level.material().equals(material.id())
          && level.spools() > 0
          && (level.colour().isEmpty()
              ? before.colours().isEmpty() && !material.colours().isEmpty()
              : !material.hasColour(level.colour()))) {
        return new Outcome.Refused<>(Misfit.IN_STOCK);
      }
    }
    return new Outcome.Done<>(host.materials().save(material, told(shop, material)));
  }

  /**
   * Removes a material that nothing names; its version guards the change. One that was ever in
   * stock stays, for the sake of the books; it need not be offered.
   */
  public Outcome<Material> remove(Shop shop, Material material) {
    if (isPrinted(material)) {
      return new Outcome.Refused<>(Misfit.PRINTED);
    }
    if (stock.levels(shop.id()).stream()
        .anyMatch(level -> level.material().equals(material.id()))) {
      return new Outcome.Refused<>(Misfit.IN_STOCK);
    }
    host.materials().remove(material, told(shop, material));
    return new Outcome.Done<>(material);
  }

  private boolean isPrinted(Material material) {
    return host.printers().of(material.shop()).stream()
        .flatMap(printer -> printer.settings().stream())
        .anyMatch(setting -> setting.material().equals(material.code()));
  }

  // ---- shipping methods ----

  /** Keeps a new shipping method. */
  public Outcome<ShippingMethod> add(Shop shop, ShippingMethod method) {
    if (!method.isIn(shop.currency())) {
      return new Outcome.Refused<>(Misfit.OTHER_CURRENCY);
    }
    host.shipping().add(method, told(shop, method));
    return new Outcome.Done<>(method);
  }

  /** Changes a shipping method; its version guards the change. */
  public Outcome<ShippingMethod> change(Shop shop, ShippingMethod method) {
    return method.isIn(shop.currency())
        ? new Outcome.Done<>(host.shipping().save(method, told(shop, method)))
        : new Outcome.Refused<>(Misfit.OTHER_CURRENCY);
  }

  /** Removes a shipping method; its version guards the change. */
  public Outcome<ShippingMethod> remove(Shop shop, ShippingMethod method) {
    host.shipping().remove(method, told(shop, method));
    return new Outcome.Done<>(method);
  }

  private List<Event> told(Shop shop, ShopItem<?> item) {
    return host.told(ShopEvents.ITEM_CHANGED, shop.id(), Map.of("item", item.id().toString()));
  }

  // ---- spools ----

  /** Keeps a new spool of a material and colour that the Shop has. */
  public Outcome<Spool> add(Shop shop, Spool spool) {
    Optional<Material> material =
        host.materials().find(spool.material()).filter(found -> found.shop().equals(shop.id()));
    if (material.isEmpty()) {
      return new Outcome.Refused<>(Misfit.NO_SUCH_MATERIAL);
    }
    if (spool.colour().isEmpty()
        ? !material.get().colours().isEmpty()
        : !material.get().hasColour(spool.colour())) {
      return new Outcome.Refused<>(Misfit.NO_SUCH_COLOUR);
    }
    stock.add(spool, told(shop, spool));
    return new Outcome.Done<>(spool);
  }

  /** Changes label and use of a spool; its version guards the change. */
  public Outcome<Spool> describe(Shop shop, Spool described) {
    return new Outcome.Done<>(stock.describe(described, told(shop, described)));
  }

  /**
   * Corrects what is on a spool to what somebody weighed.
   *
   * @param reason one line, at most 100 characters; stands in its movements
   */
  public Outcome<Spool> count(Shop shop, Spool spool, Grams remaining, String reason) {
    String why = Check.line("reason", reason.strip(), 100);
    return stock
        .count(spool.id(), remaining, why, host.clock().instant(), told(shop, spool))
        .<Outcome<Spool>>map(Outcome.Done::new)
        .orElseGet(() -> new Outcome.Refused<>(Misfit.HELD));
  }

  private List<Event> told(Shop shop, Spool spool) {
    return host.told(ShopEvents.STOCK_CHANGED, shop.id(), Map.of("spool", spool.id().toString()));
  }
}
