package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.print.FilamentMaterial;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.print.PrinterPreset;
import io.ktizo.core.print.ProfileReading;
import io.ktizo.core.print.PrusaSlicerProfile;
import io.ktizo.core.shop.ManagingEquipment;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.PrinterId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopEnvironment;
import io.ktizo.core.shop.ShopJson;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which a printer prints: a profile for each material and quality, imported from
 * PrusaSlicer or taken from a preset, with what the Shop measured.
 */
public final class PrinterSettingEndpoints {
  private static final String SETTING = PrinterEndpoints.PRINTER + "/settings/{material}/{quality}";

  /** Bundles of a whole maker have two. */
  private static final int MOST_BYTES = 4 << 20;

  private static final int MOST_TOLD = 200;
  private static final Pattern CODE = Pattern.compile(ItemDoor.CODE);

  private final ManagingEquipment managing;
  private final ItemDoor<PrinterId, Printer> door;
  private final Runnable changed;

  /**
   * Over these use cases.
   *
   * @param changed called when other things may be for sale
   */
  public PrinterSettingEndpoints(
      ShopEnvironment environment, ManagingEquipment managing, Runnable changed) {
    this.managing = managing;
    this.door = PrinterEndpoints.door(environment);
    this.changed = changed;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(SETTING, Access.to(Action.SEE_SHOP), this::read),
        Route.put(SETTING, Access.to(Action.CHANGE_PRINTERS), this::change),
        Route.delete(SETTING, Access.to(Action.CHANGE_PRINTERS), this::remove));
  }

  /** Real by estimated, as the Shop measured it. */
  record Factors(
      @DecimalMin(value = "0.1", message = ItemDoor.LEAST)
          @DecimalMax(value = "10", message = ItemDoor.MOST)
          BigDecimal time,
      @DecimalMin(value = "0.1", message = ItemDoor.LEAST)
          @DecimalMax(value = "10", message = ItemDoor.MOST)
          BigDecimal filament) {}

  /**
   * A setting that is wanted without a file; one of preset and calibration is there.
   *
   * @param preset of a common printer; {@code null} to keep the profile
   * @param filament of the preset; {@code null} for the one that the material is named after
   * @param calibration {@code null} for none with a preset, and else for the one that is there
   */
  record Wanted(
      @Nullable PrinterPreset preset,
      @Nullable FilamentMaterial filament,
      @Nullable @Valid Factors calibration) {}

  private static Optional<Printer.Setting> setting(
      Printer printer, String material, String quality) {
    return printer.settings().stream()
        .filter(setting -> setting.material().equals(material) && setting.quality().equals(quality))
        .findFirst();
  }

  private static String code(Call call, String name) {
    String code = call.path(name);
    if (code.length() > 64 || !CODE.matcher(code).matches()) {
      throw new ProblemException(Problem.noSuchThing());
    }
    return code;
  }

  private static Answer shown(
      Printer printer, Printer.Setting setting, List<ProfileReading.Remark> remarks) {
    String told =
        remarks.stream()
            .limit(MOST_TOLD)
            .map(
                remark ->
                    Wire.object()
                        .put("line", remark.line())
                        .put("key", remark.key())
                        .put("kind", remark.kind().name())
                        .put("message", remark.message())
                        .toString())
            .collect(java.util.stream.Collectors.joining(","));
    return Answer.json(
            200,
            "{\"material\":\""
                + setting.material()
                + "\",\"quality\":\""
                + setting.quality()
                + "\",\"profile\":"
                + ShopJson.write(setting.profile())
                + ",\"remarks\":["
                + told
                + "]}")
        .version(printer.version());
  }

  private Answer read(Call call) {
    Printer printer = door.item(call, door.shop(call, Action.SEE_SHOP));
    return setting(printer, code(call, "material"), code(call, "quality"))
        .map(setting -> shown(printer, setting, List.of()))
        .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  /** A profile, and what its reader remarked. */
  private record Read(PrintProfile profile, List<ProfileReading.Remark> remarks) {}

  private Answer change(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_PRINTERS);
    Printer printer = door.toChange(call, shop);
    String material = code(call, "material");
    String quality = code(call, "quality");
    Optional<Printer.Setting> before = setting(printer, material, quality);
    Read read =
        Wire.mediaType(call.request()).equals(Answer.JSON)
            ? new Read(profile(call.body(Wanted.class), material, before.orElse(null)), List.of())
            : imported(call, material, quality);
    Printer.Setting wanted = new Printer.Setting(material, quality, read.profile());
    List<Printer.Setting> settings = new ArrayList<>(printer.settings());
    before.ifPresentOrElse(
        known -> settings.set(settings.indexOf(known), wanted), () -> settings.add(wanted));
    Printer kept = kept(shop, printer, settings);
    return shown(kept, wanted, read.remarks());
  }

  private Printer kept(Shop shop, Printer printer, List<Printer.Setting> settings) {
    Printer wanted = ItemDoor.made("", () -> printer.withSettings(settings));
    Printer kept = ItemDoor.done(() -> managing.change(shop, wanted));
    changed.run();
    return kept;
  }

  private static PrintProfile profile(
      Wanted wanted, String material, Printer.@Nullable Setting before) {
    Factors factors = wanted.calibration();
    PrintProfile profile;
    if (wanted.preset() != null) {
      profile = wanted.preset().profile(filament(wanted, material));
    } else if (before == null) {
      throw ItemDoor.wrong("/preset", "missing", "There is no profile yet.");
    } else if (factors == null || wanted.filament() != null) {
      throw ItemDoor.wrong("/preset", "missing", "Without it there is nothing to change.");
    } else {
      profile = before.profile();
    }
    return factors == null
        ? profile
        : ItemDoor.made(
            "/calibration",
            () ->
                profile.calibrated(
                    new PrintProfile.Calibration(
                        factors.time().doubleValue(), factors.filament().doubleValue())));
  }

  private static FilamentMaterial filament(Wanted wanted, String material) {
    FilamentMaterial filament = wanted.filament();
    if (filament == null) {
      filament =
          FilamentMaterial.named(material)
              .orElseThrow(
                  () ->
                      ItemDoor.wrong(
                          "/filament", "missing", "The material has no common one's name."));
    }
    if (!PrinterPreset.materials().contains(filament)) {
      throw ItemDoor.wrong("/filament", "unknown-value", "There are no presets for it.");
    }
    return filament;
  }

  private static Read imported(Call call, String material, String quality) throws IOException {
    PrusaSlicerProfile.Selection selection =
        new PrusaSlicerProfile.Selection(
            call.query("print").orElse(""),
            call.query("filament").orElse(""),
            call.query("printer").orElse(""));
    String text = ShopDoor.text(call, MOST_BYTES);
    return switch (PrusaSlicerProfile.read(quality + ", " + material, text, selection)) {
      case ProfileReading.Accepted accepted -> new Read(accepted.profile(), accepted.remarks());
      case ProfileReading.Refused refused ->
          throw new ProblemException(
              new Problem(
                  422,
                  "profile.refused",
                  "The profile cannot be used.",
                  refused.faults().size() == 1
                      ? refused.faults().getFirst().message()
                      : "It has several faults.",
                  refused.faults().stream()
                      .limit(MOST_TOLD)
                      .map(PrinterSettingEndpoints::told)
                      .toList(),
                  Map.of()));
    };
  }

  /** The pointer into the text is a fragment identifier of RFC 5147, which counts from 0. */
  private static Problem.Field told(ProfileReading.Fault fault) {
    String pointer = fault.line() == 0 ? "" : "#line=" + (fault.line() - 1) + "," + fault.line();
    String place = fault.line() == 0 ? "" : "Line " + fault.line() + ": ";
    String key = fault.key().isEmpty() ? "" : fault.key() + ": ";
    return new Problem.Field(
        pointer,
        fault.code().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        place + key + fault.message());
  }

  private Answer remove(Call call) {
    Shop shop = door.openShop(call, Action.CHANGE_PRINTERS);
    Printer printer = door.toChange(call, shop);
    Printer.Setting setting =
        setting(printer, code(call, "material"), code(call, "quality"))
            .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
    Printer kept =
        kept(
            shop,
            printer,
            printer.settings().stream().filter(known -> !known.equals(setting)).toList());
    return PrinterEndpoints.shown(200, kept);
  }
}
