package io.ktizo.server.http;

import static io.ktizo.server.http.ItemDoor.AMOUNT;
import static io.ktizo.server.http.ItemDoor.CODE;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.print.BuildVolume;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import io.ktizo.core.shop.ManagingEquipment;
import io.ktizo.core.shop.PrintCalendar;
import io.ktizo.core.shop.Printer;
import io.ktizo.core.shop.PrinterId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopEnvironment;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A Shop's printers: what they are, what they cost, when they run. */
public final class PrinterEndpoints {
  static final String PRINTERS = "/api/v1/shops/{shop}/printers";
  static final String PRINTER = PRINTERS + "/{printer}";

  private final ShopEnvironment environment;
  private final ManagingEquipment managing;
  private final ItemDoor<PrinterId, Printer> door;
  private final Runnable changed;

  /**
   * Over these use cases.
   *
   * @param changed called when other things may be for sale
   */
  public PrinterEndpoints(
      ShopEnvironment environment, ManagingEquipment managing, Runnable changed) {
    this.environment = environment;
    this.managing = managing;
    this.door = door(environment);
    this.changed = changed;
  }

  static ItemDoor<PrinterId, Printer> door(ShopEnvironment environment) {
    return new ItemDoor<>(environment.shops(), environment.printers(), "printer", PrinterId.FORM);
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(PRINTERS, Access.to(Action.SEE_SHOP), this::list),
        Route.post(PRINTERS, Access.to(Action.CHANGE_PRINTERS), this::add),
        Route.get(PRINTER, Access.to(Action.SEE_SHOP), this::read),
        Route.put(PRINTER, Access.to(Action.CHANGE_PRINTERS), this::change),
        Route.delete(PRINTER, Access.to(Action.CHANGE_PRINTERS), this::remove));
  }

  /** The shape of the room in which a printer prints. */
  enum Shape {
    BOX,
    CYLINDER,
    POLYGON
  }

  /**
   * The room in which it prints, in mm.
   *
   * @param width of a box
   * @param depth of a box
   * @param diameter of a cylinder
   * @param corners of a polygon, 3 to 64, in either direction around
   */
  record Volume(
      Shape shape,
      @Nullable
          @Positive
          @DecimalMax(value = "100000", message = ItemDoor.MOST)
          @Digits(integer = 6, fraction = 6)
          BigDecimal width,
      @Nullable
          @Positive
          @DecimalMax(value = "100000", message = ItemDoor.MOST)
          @Digits(integer = 6, fraction = 6)
          BigDecimal depth,
      @Nullable
          @Positive
          @DecimalMax(value = "100000", message = ItemDoor.MOST)
          @Digits(integer = 6, fraction = 6)
          BigDecimal diameter,
      @Nullable @Size(min = 3, max = 64) List<@Valid Corner> corners,
      @Positive
          @DecimalMax(value = "100000", message = ItemDoor.MOST)
          @Digits(integer = 6, fraction = 6)
          BigDecimal height) {

    static Volume of(PriceList.BuildVolume volume) {
      return switch (volume.plate()) {
        case PriceList.Plate.Rectangle rectangle ->
            new Volume(Shape.BOX, volume.x(), volume.y(), null, null, volume.z());
        case PriceList.Plate.Disc disc ->
            new Volume(Shape.CYLINDER, null, null, volume.x(), null, volume.z());
        case PriceList.Plate.Outline outline ->
            new Volume(
                Shape.POLYGON,
                null,
                null,
                null,
                outline.corners().stream()
                    .map(corner -> new Corner(corner.x(), corner.y()))
                    .toList(),
                volume.z());
      };
    }

    PriceList.BuildVolume volume() {
      return switch (shape) {
        case BOX -> {
          without("/diameter", diameter);
          without("/corners", corners);
          yield new PriceList.BuildVolume(needed("/width", width), needed("/depth", depth), height);
        }
        case CYLINDER -> {
          without("/width", width);
          without("/depth", depth);
          without("/corners", corners);
          BigDecimal across = needed("/diameter", diameter);
          yield new PriceList.BuildVolume(across, across, height, new PriceList.Plate.Disc());
        }
        case POLYGON -> {
          without("/width", width);
          without("/depth", depth);
          without("/diameter", diameter);
          yield outline(needed("/corners", corners), height);
        }
      };
    }

    private static PriceList.BuildVolume outline(List<Corner> corners, BigDecimal height) {
      // Sides that cross are found here, before a price list is made of it.
      BuildVolume checked =
          ItemDoor.made(
              "/volume/corners",
              () ->
                  new BuildVolume.Polygon(
                      corners.stream()
                          .map(
                              corner ->
                                  new BuildVolume.Corner(
                                      corner.x().doubleValue(), corner.y().doubleValue()))
                          .toList(),
                      height.doubleValue()));
      if (checked.box().width() <= 0 || checked.box().depth() <= 0) {
        throw ItemDoor.wrong("/volume/corners", "invalid", "This must enclose an area.");
      }
      return new PriceList.BuildVolume(
          span(corners, Corner::x),
          span(corners, Corner::y),
          height,
          new PriceList.Plate.Outline(
              corners.stream()
                  .map(corner -> new PriceList.Plate.Corner(corner.x(), corner.y()))
                  .toList()));
    }

    private static BigDecimal span(List<Corner> corners, Function<Corner, BigDecimal> side) {
      BigDecimal least = corners.stream().map(side).min(BigDecimal::compareTo).orElseThrow();
      BigDecimal most = corners.stream().map(side).max(BigDecimal::compareTo).orElseThrow();
      return most.subtract(least);
    }

    private static <V> V needed(String member, @Nullable V value) {
      if (value == null) {
        throw ItemDoor.wrong("/volume" + member, "missing", "A volume of this shape has it.");
      }
      return value;
    }

    private static void without(String member, @Nullable Object value) {
      if (value != null) {
        throw ItemDoor.wrong(
            "/volume" + member, "unknown-member", "A volume of this shape has none.");
      }
    }
  }

  /** A corner of a plate, mm from any origin. */
  record Corner(
      @Digits(integer = 6, fraction = 6) BigDecimal x,
      @Digits(integer = 6, fraction = 6) BigDecimal y) {}

  /** What it draws while it prints, in kW, and what a kWh costs. */
  record Power(
      @PositiveOrZero
          @DecimalMax(value = "1000", message = ItemDoor.MOST)
          @Digits(integer = 4, fraction = 6)
          BigDecimal kilowatts,
      @Pattern(regexp = AMOUNT) String pricePerKilowattHour) {}

  /**
   * When it runs.
   *
   * @param zone of the IANA time zone database
   * @param week weekdays that are missing are days of rest
   * @param closed days of rest besides
   */
  record Calendar(
      @Size(min = 1, max = 64) String zone,
      @Size(min = 1, max = 7) List<@Valid Day> week,
      @Nullable @Size(max = 400) List<LocalDate> closed) {
    static Calendar of(PrintCalendar calendar) {
      return new Calendar(
          calendar.zone().getId(),
          calendar.week().entrySet().stream()
              .map(
                  day ->
                      new Day(
                          day.getKey(), text(day.getValue().from()), text(day.getValue().until())))
              .toList(),
          List.copyOf(calendar.closed().stream().sorted().toList()));
    }

    private static String text(int minutes) {
      return "%02d:%02d".formatted(minutes / 60, minutes % 60);
    }

    PrintCalendar calendar() {
      ZoneId meant;
      try {
        meant = ZoneId.of(zone);
      } catch (DateTimeException e) {
        throw ItemDoor.wrong("/calendar/zone", "unknown-value", "There is no such time zone.");
      }
      Map<DayOfWeek, PrintCalendar.Hours> hours = new EnumMap<>(DayOfWeek.class);
      for (int i = 0; i < week.size(); i++) {
        Day day = week.get(i);
        String pointer = "/calendar/week/" + i;
        int from = minutes(day.from());
        int until = minutes(day.until());
        if (from >= until) {
          throw ItemDoor.wrong(pointer + "/until", "out-of-range", "This must be after from.");
        }
        if (hours.put(day.day(), new PrintCalendar.Hours(from, until)) != null) {
          throw ItemDoor.wrong(pointer + "/day", "repeated", "This stands here already.");
        }
      }
      Set<LocalDate> rest = closed == null ? Set.of() : new HashSet<>(closed);
      return ItemDoor.made("/calendar", () -> new PrintCalendar(meant, hours, rest));
    }

    private static int minutes(String time) {
      return 60 * Integer.parseInt(time.substring(0, 2)) + Integer.parseInt(time.substring(3));
    }
  }

  /** Hours of a weekday, 00:00 to 24:00. */
  record Day(
      DayOfWeek day,
      @Pattern(regexp = "([01][0-9]|2[0-3]):[0-5][0-9]") String from,
      @Pattern(regexp = "([01][0-9]|2[0-3]):[0-5][0-9]|24:00") String until) {}

  /**
   * A printer as it is wanted. Its settings are changed on their own.
   *
   * @param power {@code null} if power is not charged on its own
   * @param units how many equal ones there are
   */
  record Wanted(
      @Pattern(regexp = CODE) @Size(min = 1, max = 64) String code,
      @PlainText @Size(max = 100) String name,
      PrintProcess process,
      @Valid Volume volume,
      @Pattern(regexp = AMOUNT) String hourlyRate,
      @Nullable @Valid Power power,
      @Min(1) @Max(1_000) int units,
      @Valid Calendar calendar,
      boolean inService) {

    Printer printer(PrinterId id, Shop shop, long version, List<Printer.Setting> settings) {
      PriceList.BuildVolume room = volume.volume();
      PrintCalendar hours = calendar.calendar();
      return ItemDoor.made(
          "",
          () ->
              new Printer(
                  id,
                  shop.id(),
                  version,
                  code,
                  name,
                  process,
                  room,
                  new BigDecimal(hourlyRate),
                  power == null
                      ? PriceList.Power.NONE
                      : new PriceList.Power(
                          power.kilowatts(), new BigDecimal(power.pricePerKilowattHour())),
                  units,
                  hours,
                  settings,
                  inService));
    }
  }

  /** A way in which it prints; the profile has an address of its own. */
  record SettingHead(String material, String quality, String profile) {}

  /**
   * A printer as it is.
   *
   * @param hoursPerDay how long all of them together print on a mean day
   * @param ready whether it can print something
   */
  record Shown(
      PrinterId id,
      String code,
      String name,
      PrintProcess process,
      Volume volume,
      String hourlyRate,
      Power power,
      int units,
      Calendar calendar,
      BigDecimal hoursPerDay,
      boolean inService,
      boolean ready,
      List<SettingHead> settings) {
    static Shown of(Printer printer) {
      return new Shown(
          printer.id(),
          printer.code(),
          printer.name(),
          printer.process(),
          Volume.of(printer.volume()),
          printer.hourlyRate().toPlainString(),
          new Power(
              printer.power().kilowatts(), printer.power().pricePerKilowattHour().toPlainString()),
          printer.units(),
          Calendar.of(printer.calendar()),
          printer.hoursPerDay(),
          printer.inService(),
          printer.isReady(),
          printer.settings().stream()
              .map(
                  setting ->
                      new SettingHead(
                          setting.material(), setting.quality(), setting.profile().name()))
              .toList());
    }
  }

  static Answer shown(int status, Printer printer) {
    return Answer.json(status, Shown.of(printer)).version(printer.version());
  }

  private Answer list(Call call) {
    return door.list(call, door.shop(call, Action.SEE_SHOP), Shown::of);
  }

  private Answer read(Call call) {
    return shown(200, door.item(call, door.shop(call, Action.SEE_SHOP)));
  }

  private Answer add(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_PRINTERS);
    Printer printer =
        call.body(Wanted.class).printer(PrinterId.FORM.next(environment.ids()), shop, 1, List.of());
    Printer kept = ItemDoor.done(() -> managing.add(shop, printer));
    changed.run();
    return shown(201, kept)
        .with("Location", "/api/v1/shops/" + shop.id() + "/printers/" + kept.id());
  }

  private Answer change(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_PRINTERS);
    Printer before = door.toChange(call, shop);
    Printer wanted =
        call.body(Wanted.class).printer(before.id(), shop, before.version(), before.settings());
    Printer kept = ItemDoor.done(() -> managing.change(shop, wanted));
    changed.run();
    return shown(200, kept);
  }

  private Answer remove(Call call) {
    return door.remove(call, Action.CHANGE_PRINTERS, managing::remove, changed);
  }
}
