package io.ktizo.server.http;

import static io.ktizo.server.http.ItemDoor.AMOUNT;
import static io.ktizo.server.http.ItemDoor.CODE;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.shop.ManagingEquipment;
import io.ktizo.core.shop.Material;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopEnvironment;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Shop prints with: materials, their colours and prices. */
public final class MaterialEndpoints {
  private static final String MATERIALS = "/api/v1/shops/{shop}/materials";
  private static final String MATERIAL = MATERIALS + "/{material}";

  private final ShopEnvironment environment;
  private final ManagingEquipment managing;
  private final ItemDoor<MaterialId, Material> door;
  private final Runnable changed;

  /**
   * Over these use cases.
   *
   * @param changed called when other things may be for sale
   */
  public MaterialEndpoints(
      ShopEnvironment environment, ManagingEquipment managing, Runnable changed) {
    this.environment = environment;
    this.managing = managing;
    this.door =
        new ItemDoor<>(environment.shops(), environment.materials(), "material", MaterialId.FORM);
    this.changed = changed;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(MATERIALS, Access.to(Action.SEE_SHOP), this::list),
        Route.post(MATERIALS, Access.to(Action.CHANGE_PRINTERS), this::add),
        Route.get(MATERIAL, Access.to(Action.SEE_SHOP), this::read),
        Route.put(MATERIAL, Access.to(Action.CHANGE_PRINTERS), this::change),
        Route.delete(MATERIAL, Access.to(Action.CHANGE_PRINTERS), this::remove));
  }

  /** A colour, with 6 or 8 hexadecimal digits for each that the filament has. */
  record Colour(
      @Pattern(regexp = CODE) @Size(min = 1, max = 64) String code,
      @PlainText @Size(max = 100) String name,
      @Size(min = 1, max = 16)
          List<@Pattern(regexp = "[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?") String> hexes) {}

  /**
   * A material as it is wanted.
   *
   * @param density g/cm³
   * @param waste share that is bought but not sold; {@code null} for none
   * @param purgeGrams wasted for each part before it is begun; {@code null} for none
   * @param colours {@code null} for none
   */
  record Wanted(
      @Pattern(regexp = CODE) @Size(min = 1, max = 64) String code,
      @PlainText @Size(max = 100) String name,
      @Positive
          @DecimalMax(value = "30", message = ItemDoor.MOST)
          @Digits(integer = 2, fraction = 6)
          BigDecimal density,
      @Pattern(regexp = AMOUNT) String pricePerKilogram,
      @Nullable
          @PositiveOrZero
          @DecimalMax(value = "10", message = ItemDoor.MOST)
          @Digits(integer = 2, fraction = 6)
          BigDecimal waste,
      @Nullable
          @PositiveOrZero
          @DecimalMax(value = "1000000", message = ItemDoor.MOST)
          @Digits(integer = 7, fraction = 6)
          BigDecimal purgeGrams,
      @Nullable @Size(max = 200) List<@Valid Colour> colours,
      boolean offered) {

    Material material(MaterialId id, Shop shop, long version) {
      List<Colour> all = colours == null ? List.of() : colours;
      return ItemDoor.made(
          "",
          () ->
              new Material(
                  id,
                  shop.id(),
                  version,
                  code,
                  name,
                  density,
                  new BigDecimal(pricePerKilogram),
                  waste == null ? BigDecimal.ZERO : waste,
                  purgeGrams == null ? BigDecimal.ZERO : purgeGrams,
                  all.stream()
                      .map(
                          colour ->
                              new Material.Colour(colour.code(), colour.name(), colour.hexes()))
                      .toList(),
                  offered));
    }
  }

  /** A material as it is. */
  record Shown(
      MaterialId id,
      String code,
      String name,
      BigDecimal density,
      String pricePerKilogram,
      BigDecimal waste,
      BigDecimal purgeGrams,
      List<Colour> colours,
      boolean offered) {
    static Shown of(Material material) {
      return new Shown(
          material.id(),
          material.code(),
          material.name(),
          material.density(),
          material.pricePerKilogram().toPlainString(),
          material.waste(),
          material.purgeGrams(),
          material.colours().stream()
              .map(colour -> new Colour(colour.code(), colour.name(), colour.hexes()))
              .toList(),
          material.offered());
    }
  }

  private static Answer shown(int status, Material material) {
    return Answer.json(status, Shown.of(material)).version(material.version());
  }

  private Answer list(Call call) {
    return door.list(call, door.shop(call, Action.SEE_SHOP), Shown::of);
  }

  private Answer read(Call call) {
    return shown(200, door.item(call, door.shop(call, Action.SEE_SHOP)));
  }

  private Answer add(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_PRINTERS);
    Material material =
        call.body(Wanted.class).material(MaterialId.FORM.next(environment.ids()), shop, 1);
    Material kept = ItemDoor.done(() -> managing.add(shop, material));
    changed.run();
    return shown(201, kept)
        .with("Location", "/api/v1/shops/" + shop.id() + "/materials/" + kept.id());
  }

  private Answer change(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_PRINTERS);
    Material before = door.toChange(call, shop);
    Material wanted = call.body(Wanted.class).material(before.id(), shop, before.version());
    Material kept = ItemDoor.done(() -> managing.change(shop, before, wanted));
    changed.run();
    return shown(200, kept);
  }

  private Answer remove(Call call) {
    return door.remove(call, Action.CHANGE_PRINTERS, managing::remove, changed);
  }
}
