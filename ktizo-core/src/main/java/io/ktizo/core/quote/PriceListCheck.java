package io.ktizo.core.quote;

import io.ktizo.core.quote.InvalidPriceListException.Fault;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;

/** The rules that a price list must keep; collects every fault before it complains. */
final class PriceListCheck {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final BigDecimal LARGEST = BigDecimal.valueOf(1_000_000_000);
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int MOST_PLACES = 12;

  /** Beyond this a list is a mistake, and its derivations would be unreadable. */
  private static final int MOST_BREAKS = 20;

  private static final Duration LONGEST_WORK = Duration.ofDays(365);

  private final List<Fault> faults = new ArrayList<>();

  void throwIfFaulty() {
    if (!faults.isEmpty()) {
      throw new InvalidPriceListException(faults);
    }
  }

  void head(
      String shop,
      String id,
      int version,
      Instant from,
      @Nullable Instant until,
      Duration offerValidity) {
    id("/shop", shop);
    id("/id", id);
    check(version >= 1, "/version", "must be at least 1: " + version);
    if (until != null) {
      check(from.isBefore(until), "/until", "must be after from: " + from + ", " + until);
    }
    check(
        offerValidity.compareTo(Duration.ofMinutes(1)) >= 0
            && offerValidity.compareTo(Duration.ofDays(3650)) <= 0,
        "/offerValidity",
        "must be from 1 minute to 3650 days: " + offerValidity);
  }

  void money(CurrencyUnit currency, PriceList.Tax tax, PriceList.Rounding rounding) {
    check(
        !currency.isPseudoCurrency(),
        "/currency",
        "must have a smallest unit: " + currency.getCode());
    unique("/tax/rates", "name", tax.rates(), PriceList.TaxRate::name);
    for (int i = 0; i < tax.rates().size(); i++) {
      between("/tax/rates/" + i + "/rate", tax.rates().get(i).rate(), BigDecimal.ONE);
    }
    check(rounding.mode() != RoundingMode.UNNECESSARY, "/rounding/mode", "must not be UNNECESSARY");
    if (positive("/rounding/increment", rounding.increment(), LARGEST)) {
      BigDecimal minorUnits = rounding.increment().movePointRight(currency.getDecimalPlaces());
      check(
          minorUnits.stripTrailingZeros().scale() <= 0,
          "/rounding/increment",
          "must be a multiple of the smallest unit of "
              + currency.getCode()
              + ": "
              + rounding.increment());
    }
  }

  void machines(List<PriceList.Printer> printers, List<PriceList.Material> materials) {
    some("/printers", printers);
    unique("/printers", "id", printers, PriceList.Printer::id);
    some("/materials", materials);
    unique("/materials", "id", materials, PriceList.Material::id);
    for (int i = 0; i < materials.size(); i++) {
      PriceList.Material material = materials.get(i);
      String path = "/materials/" + i;
      name(path, material.name());
      notNegative(path + "/pricePerKilogram", material.pricePerKilogram());
      positive(path + "/density", material.density(), BigDecimal.valueOf(30));
      between(path + "/waste", material.waste(), BigDecimal.TEN);
      notNegative(path + "/purgeGrams", material.purgeGrams());
    }
    Set<String> known = new HashSet<>();
    materials.forEach(material -> known.add(material.id()));
    for (int i = 0; i < printers.size(); i++) {
      printer("/printers/" + i, printers.get(i), known);
    }
  }

  private void printer(String path, PriceList.Printer printer, Set<String> knownMaterials) {
    name(path, printer.name());
    BigDecimal longest = BigDecimal.valueOf(100_000);
    positive(path + "/buildVolume/x", printer.buildVolume().x(), longest);
    positive(path + "/buildVolume/y", printer.buildVolume().y(), longest);
    positive(path + "/buildVolume/z", printer.buildVolume().z(), longest);
    plate(path + "/buildVolume", printer.buildVolume(), longest);
    notNegative(path + "/hourlyRate", printer.hourlyRate());
    notNegative(path + "/power/kilowatts", printer.power().kilowatts());
    notNegative(path + "/power/pricePerKilowattHour", printer.power().pricePerKilowattHour());
    positive(path + "/hoursPerDay", printer.hoursPerDay(), BigDecimal.valueOf(100_000));
    some(path + "/settings", printer.settings());
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i < printer.settings().size(); i++) {
      PriceList.Setting setting = printer.settings().get(i);
      String place = path + "/settings/" + i;
      id(place + "/quality", setting.quality());
      check(
          knownMaterials.contains(setting.material()),
          place + "/material",
          "is no material of this list: " + shortened(setting.material()));
      check(
          seen.add(List.of(setting.material(), setting.quality())),
          place,
          "repeats material and quality of an earlier setting");
    }
  }

  private void plate(String path, PriceList.BuildVolume volume, BigDecimal longest) {
    switch (volume.plate()) {
      case PriceList.Plate.Rectangle rectangle -> {}
      case PriceList.Plate.Disc disc ->
          check(
              volume.x().compareTo(volume.y()) == 0,
              path + "/y",
              "must be the diameter of the disc, as x: " + shortened(volume.y().toString()));
      case PriceList.Plate.Outline outline -> {
        boolean placed = true;
        for (int i = 0; i < outline.corners().size(); i++) {
          PriceList.Plate.Corner corner = outline.corners().get(i);
          String place = path + "/plate/corners/" + i;
          placed &= between(place + "/x", corner.x().abs(), longest);
          placed &= between(place + "/y", corner.y().abs(), longest);
        }
        if (placed) {
          outline(path, volume);
        }
      }
    }
  }

  private void outline(String path, PriceList.BuildVolume volume) {
    try {
      var box = volume.room().box();
      check(
          Math.abs(box.width() - volume.x().doubleValue()) < 1e-6
              && Math.abs(box.depth() - volume.y().doubleValue()) < 1e-6,
          path,
          "must be as wide and deep as the outline: " + box.width() + " and " + box.depth());
    } catch (IllegalArgumentException e) {
      check(false, path + "/plate/corners", String.valueOf(e.getMessage()));
    }
  }

  void work(PriceList.Work work, PriceList.Risk risk, PriceList.Minimums minimums) {
    notNegative("/work/setupPerOrder", work.setupPerOrder());
    notNegative("/work/handlingPerPart", work.handlingPerPart());
    notNegative("/work/hourlyRate", work.hourlyRate());
    time("/work/timePerOrder", work.timePerOrder());
    time("/work/timePerPart", work.timePerPart());
    switch (risk) {
      case PriceList.Risk.None none -> {}
      case PriceList.Risk.Share share -> between("/risk/share", share.share(), BigDecimal.ONE);
      case PriceList.Risk.PerHour perHour -> {
        between("/risk/probability", perHour.probability(), BigDecimal.ONE);
        between("/risk/atMost", perHour.atMost(), BigDecimal.ONE);
      }
    }
    notNegative("/minimums/perPart", minimums.perPart());
    notNegative("/minimums/perLine", minimums.perLine());
    notNegative("/minimums/perOrder", minimums.perOrder());
  }

  void choices(
      List<PriceList.QuantityBreak> breaks,
      List<PriceList.LeadTime> leadTimes,
      List<PriceList.PostProcessing> postProcessing,
      List<PriceList.CustomerTerms> customerTerms,
      List<PriceList.Material> materials) {
    check(
        breaks.size() <= MOST_BREAKS,
        "/quantityBreaks",
        "must be at most " + MOST_BREAKS + ": " + breaks.size());
    int from = 1;
    BigDecimal reduction = BigDecimal.ZERO;
    for (int i = 0; i < breaks.size(); i++) {
      PriceList.QuantityBreak step = breaks.get(i);
      String path = "/quantityBreaks/" + i;
      check(step.from() > from, path + "/from", "must rise and be at least 2: " + step.from());
      from = Math.max(from, step.from());
      if (belowOne(path + "/reduction", step.reduction())) {
        check(
            step.reduction().compareTo(reduction) >= 0,
            path + "/reduction",
            "must not be less than that of a smaller quantity: " + step.reduction());
        reduction = reduction.max(step.reduction());
      }
    }
    some("/leadTimes", leadTimes);
    unique("/leadTimes", "id", leadTimes, PriceList.LeadTime::id);
    for (int i = 0; i < leadTimes.size(); i++) {
      PriceList.LeadTime leadTime = leadTimes.get(i);
      String path = "/leadTimes/" + i;
      name(path, leadTime.name());
      days(path + "/days", leadTime.days());
      positive(path + "/factor", leadTime.factor(), HUNDRED);
    }
    unique("/postProcessing", "id", postProcessing, PriceList.PostProcessing::id);
    Set<String> known = new HashSet<>();
    materials.forEach(material -> known.add(material.id()));
    for (int i = 0; i < postProcessing.size(); i++) {
      postProcessing("/postProcessing/" + i, postProcessing.get(i), known);
    }
    unique("/customerTerms", "id", customerTerms, PriceList.CustomerTerms::id);
    for (int i = 0; i < customerTerms.size(); i++) {
      belowOne("/customerTerms/" + i + "/reduction", customerTerms.get(i).reduction());
    }
  }

  private void postProcessing(
      String path, PriceList.PostProcessing option, Set<String> knownMaterials) {
    name(path, option.name());
    days(path + "/days", option.days());
    for (int i = 0; i < option.materials().size(); i++) {
      check(
          knownMaterials.contains(option.materials().get(i)),
          path + "/materials/" + i,
          "is no material of this list: " + shortened(option.materials().get(i)));
    }
    String amount = path + "/charge/amount";
    switch (option.charge()) {
      case PriceList.Charge.PerOrder charge -> notNegative(amount, charge.amount());
      case PriceList.Charge.PerPart charge -> notNegative(amount, charge.amount());
      case PriceList.Charge.PerSquareCentimetre charge -> notNegative(amount, charge.amount());
      case PriceList.Charge.PerGram charge -> notNegative(amount, charge.amount());
      case PriceList.Charge.PerHour charge -> {
        notNegative(path + "/charge/hourlyRate", charge.hourlyRate());
        time(path + "/charge/timePerPart", charge.timePerPart());
      }
    }
  }

  void limits(PriceList.InstantLimits limits) {
    check(
        limits.quantity() >= 1 && limits.quantity() <= QuoteRequest.MOST_COPIES,
        "/instantLimits/quantity",
        "must be from 1 to " + QuoteRequest.MOST_COPIES + ": " + limits.quantity());
    notNegative("/instantLimits/gramsPerPart", limits.gramsPerPart());
    check(
        !limits.timePerPart().isNegative(),
        "/instantLimits/timePerPart",
        "must not be negative: " + limits.timePerPart());
    notNegative("/instantLimits/smallestSize", limits.smallestSize());
    between("/instantLimits/unitProbability", limits.unitProbability(), BigDecimal.ONE);
  }

  private void some(String path, List<?> list) {
    check(!list.isEmpty(), path, "must not be empty");
  }

  private <T> void unique(String path, String member, List<T> list, Function<T, String> key) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String id = key.apply(list.get(i));
      String place = path + "/" + i + "/" + member;
      if (id(place, id)) {
        check(seen.add(id), place, "repeats an earlier one: " + id);
      }
    }
  }

  private boolean id(String path, String id) {
    return check(
        ID.matcher(id).matches(),
        path,
        "must be an id of letters, digits, dots, dashes, underscores: " + shortened(id));
  }

  private void name(String path, String name) {
    check(
        !name.isBlank() && name.length() <= 200,
        path + "/name",
        "must be 1 to 200 characters: " + name.length());
    check(
        name.codePoints().noneMatch(PriceListCheck::isHarmful),
        path + "/name",
        "must hold no control character");
  }

  /** What ends a line, cannot be shown, or is half of a character. */
  private static boolean isHarmful(int c) {
    int type = Character.getType(c);
    return Character.isISOControl(c)
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  private void days(String path, int days) {
    check(days >= 0 && days <= 365, path, "must be from 0 to 365: " + days);
  }

  private void time(String path, Duration time) {
    check(
        !time.isNegative() && time.compareTo(LONGEST_WORK) <= 0,
        path,
        "must be from 0 to 365 days: " + time);
  }

  private void notNegative(String path, BigDecimal value) {
    between(path, value, LARGEST);
  }

  private boolean positive(String path, BigDecimal value, BigDecimal largest) {
    return between(path, value, largest)
        && check(value.signum() > 0, path, "must be above 0: " + value);
  }

  private boolean belowOne(String path, BigDecimal value) {
    return between(path, value, BigDecimal.ONE)
        && check(value.compareTo(BigDecimal.ONE) < 0, path, "must be below 1: " + value);
  }

  private boolean between(String path, BigDecimal value, BigDecimal largest) {
    // The scale first: comparing or printing 1E+999999999 would write it out.
    if (value.scale() > MOST_PLACES || value.scale() < -MOST_PLACES || value.precision() > 30) {
      return check(false, path, "must have at most " + MOST_PLACES + " places behind the point");
    }
    if (value.signum() < 0) {
      return check(false, path, "must not be negative: " + value.toPlainString());
    }
    return check(
        value.compareTo(largest) <= 0,
        path,
        "must be at most " + largest.toPlainString() + ": " + value.toPlainString());
  }

  private boolean check(boolean kept, String path, String message) {
    if (!kept) {
      faults.add(new Fault(path, message));
    }
    return kept;
  }

  private static String shortened(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }
}
