package io.ktizo.core.shop;

import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A printer of a Shop, or several equal ones.
 *
 * @param id of the printer
 * @param shop whose it is
 * @param version of the row, from 1
 * @param code its id in price lists: 1 to 64 letters, digits, dots, dashes and underscores
 * @param name for people, at most 100 characters
 * @param process category of ISO/ASTM 52900
 * @param volume what fits
 * @param hourlyRate what an hour of printing costs, in the Shop's currency, to 1,000,000
 * @param power what it draws and what that costs
 * @param units how many equal ones there are, 1 to 1,000
 * @param calendar when it runs
 * @param settings what it prints, at most 100
 * @param inService whether it takes part in new price lists
 */
public record Printer(
    PrinterId id,
    ShopId shop,
    long version,
    String code,
    String name,
    PrintProcess process,
    PriceList.BuildVolume volume,
    BigDecimal hourlyRate,
    PriceList.Power power,
    int units,
    PrintCalendar calendar,
    List<Setting> settings,
    boolean inService)
    implements ShopItem<PrinterId> {

  /**
   * One way in which it prints.
   *
   * @param material code of a material of the Shop
   * @param quality for instance {@code standard}; with the material unique for the printer
   * @param profile how, with what the Shop measured on this printer as its calibration
   */
  public record Setting(String material, String quality, PrintProfile profile) {
    public Setting {
      Check.code("material", material);
      Check.code("quality", quality);
    }
  }

  public Printer {
    Check.code("code", code);
    name = Check.line("name", name.strip(), 100);
    Check.amount("hourlyRate", hourlyRate, 1_000_000);
    Check.amount("power.kilowatts", power.kilowatts(), 1_000);
    Check.amount("power.pricePerKilowattHour", power.pricePerKilowattHour(), 1_000_000);
    Check.positive("volume.x", volume.x(), 100_000);
    Check.positive("volume.y", volume.y(), 100_000);
    Check.positive("volume.z", volume.z(), 100_000);
    Check.within("units", units, 1, 1_000);
    settings = Check.atMost("settings", settings, 100);
    Set<List<String>> seen = new HashSet<>();
    for (Setting setting : settings) {
      if (!seen.add(List.of(setting.material(), setting.quality()))) {
        throw new IllegalArgumentException("two settings of one material and quality");
      }
    }
  }

  /** How long all of them together print on a mean day. */
  public BigDecimal hoursPerDay() {
    return calendar.hoursPerDay().multiply(BigDecimal.valueOf(units));
  }

  /** Whether it can print something. */
  public boolean isReady() {
    return inService && !settings.isEmpty();
  }

  /** The same printer printing in other ways. */
  public Printer withSettings(List<Setting> others) {
    return new Printer(
        id,
        shop,
        version,
        code,
        name,
        process,
        volume,
        hourlyRate,
        power,
        units,
        calendar,
        others,
        inService);
  }

  @Override
  public Printer atVersion(long next) {
    return new Printer(
        id,
        shop,
        next,
        code,
        name,
        process,
        volume,
        hourlyRate,
        power,
        units,
        calendar,
        settings,
        inService);
  }
}
