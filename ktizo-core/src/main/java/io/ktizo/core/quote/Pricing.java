package io.ktizo.core.quote;

import io.ktizo.core.print.PrintEstimate;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.quote.Calculation.Term;
import io.ktizo.core.quote.Quote.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * The rules of a price, in the order in which they apply; {@code docs/quote-derivation.md} tells
 * them in words. For one thread, for one price.
 */
final class Pricing {
  private static final Term PER_THOUSAND = Term.number(new BigDecimal("0.001"));
  private static final Term CM2_PER_MM2 = Term.number(new BigDecimal("0.01"));
  private static final Term SECONDS_PER_HOUR = Term.number(BigDecimal.valueOf(3600));

  /** Quotients of time are kept to this; nothing is priced so high that it would show. */
  private static final BigDecimal QUOTIENT_INCREMENT = new BigDecimal("0.000000000001");

  private final PriceList list;
  private final PriceList.Printer printer;
  private final PriceList.Setting setting;
  private final PriceList.Material material;
  private final List<PriceList.PostProcessing> postProcessing;
  private final PriceList.LeadTime leadTime;
  private final Optional<PriceList.CustomerTerms> customerTerms;
  private final int copies;

  private final Calculation calculation = new Calculation();
  private final String money;
  private final BigDecimal minorUnit;
  private final List<Term> taxRates = new ArrayList<>();

  /** From a cost without tax to the price that is shown. */
  private final Term shownFactor;

  private final List<Charge> charges = new ArrayList<>();

  /** An amount of the order as it is shown, before it is parted into net and tax. */
  private record Charge(Line.Kind kind, String item, int quantity, Term unitPrice, Term amount) {}

  /** An amount parted. */
  private record Parted(Term net, Term tax, Term gross) {}

  /** The order's total, its tax by rate, and each charge. */
  private record Totals(Parted order, List<Term> taxes, List<Parted> lines) {}

  /** What is decided before any number is computed. */
  record Order(
      PriceList list,
      PriceList.Printer printer,
      PriceList.Setting setting,
      PriceList.Material material,
      List<PriceList.PostProcessing> postProcessing,
      PriceList.LeadTime leadTime,
      Optional<PriceList.CustomerTerms> customerTerms,
      int copies) {}

  Pricing(Order order) {
    this.list = order.list();
    this.printer = order.printer();
    this.setting = order.setting();
    this.material = order.material();
    this.postProcessing = order.postProcessing();
    this.leadTime = order.leadTime();
    this.customerTerms = order.customerTerms();
    this.copies = order.copies();
    this.money = list.currency().getCode();
    this.minorUnit = BigDecimal.ONE.movePointLeft(list.currency().getDecimalPlaces());
    calculation.rule("tax");
    BigDecimal allRates = BigDecimal.ZERO;
    for (PriceList.TaxRate tax : list.tax().rates()) {
      taxRates.add(priced("tax.rate." + taxRates.size(), "1", tax.rate()));
      allRates = allRates.add(tax.rate());
    }
    if (list.tax().display() == PriceList.Display.GROSS && allRates.signum() > 0) {
      List<Term> summands = new ArrayList<>(List.of(Term.ONE));
      summands.addAll(taxRates);
      this.shownFactor = calculation.add("tax.factor", "1", summands);
    } else {
      this.shownFactor = Term.ONE;
    }
  }

  /**
   * The quote, or nothing when the rules lead to no positive price.
   *
   * @param estimate of one copy without calibration
   */
  Optional<Quote> quote(
      ModelFacts facts, PrintEstimate estimate, String profileSha256, Instant now) {
    calculation.rule("request");
    Term quantity = calculation.input("quantity", "1", BigDecimal.valueOf(copies));

    calculation.rule("estimate");
    Term walls = calculation.input("walls", "mm3", Measured.volume(estimate.wallsMm3()));
    Term solid = calculation.input("solid", "mm3", Measured.volume(estimate.solidMm3()));
    Term sparse = calculation.input("sparse", "mm3", Measured.volume(estimate.sparseMm3()));
    Term support = calculation.input("support", "mm3", Measured.volume(estimate.supportMm3()));
    Term timeP50 = calculation.input("time.p50", "s", Measured.seconds(estimate.time()));
    Term timeP90 = calculation.input("time.p90", "s", Measured.seconds(estimate.timeP90()));
    calculation.rule("calibration");
    PrintProfile.Calibration measured = setting.profile().calibration();
    Term timeFactor = calculation.input("calibration.time", "1", Measured.factor(measured.time()));
    Term filamentFactor =
        calculation.input("calibration.filament", "1", Measured.factor(measured.filament()));
    Term extruded = calculation.add("extruded", "mm3", walls, solid, sparse, support);
    Term filament = calculation.multiply("filament", "mm3", extruded, filamentFactor);
    Term seconds = calculation.multiply("seconds", "s", timeP50, timeFactor);

    calculation.rule("material");
    Term density = priced("density", "g/cm3", material.density());
    Term grams = calculation.multiply("grams", "g", filament, density, PER_THOUSAND);
    Term materialCost = material(grams);
    Term machineCost = machine(seconds);
    List<Term> costs = new ArrayList<>(List.of(materialCost, machineCost));
    costs.addAll(work());
    costs.addAll(postProcessing(grams, facts));
    risk(materialCost, machineCost, seconds).ifPresent(costs::add);

    calculation.rule("unit-price");
    Term unitPrice = parts(calculation.add("unit-cost", money, costs), quantity);
    Term total = order();
    if (total.value().signum() <= 0) {
      return Optional.empty();
    }
    Totals totals = shownFactor.equals(Term.ONE) ? addTax(total) : containTax(total);
    Term days = delivery(timeP90, timeFactor, quantity);
    return Optional.of(
        freeze(
            facts.fileSha256(),
            profileSha256,
            now.truncatedTo(ChronoUnit.SECONDS),
            unitPrice,
            totals,
            new Production(grams, seconds, days)));
  }

  private Term material(Term grams) {
    Term purge = priced("purge", "g", material.purgeGrams());
    Term used = calculation.add("grams.used", "g", grams, purge);
    Term wasteShare = priced("waste", "1", material.waste());
    Term bought = calculation.add("waste.factor", "1", Term.ONE, wasteShare);
    Term pricePerKilogram = priced("price-per-kg", money + "/kg", material.pricePerKilogram());
    return calculation.multiply("material", money, used, PER_THOUSAND, pricePerKilogram, bought);
  }

  private Term machine(Term seconds) {
    calculation.rule("machine");
    Term hourlyRate = priced("machine.rate", money + "/h", printer.hourlyRate());
    Term hour = hourlyRate;
    if (printer.power().kilowatts().signum() > 0) {
      Term kilowatts = priced("power", "kW", printer.power().kilowatts());
      Term tariff = priced("tariff", money + "/kWh", printer.power().pricePerKilowattHour());
      Term energy = calculation.multiply("energy", money + "/h", kilowatts, tariff);
      hour = calculation.add("machine.hour", money + "/h", hourlyRate, energy);
    }
    return hours("machine", money, hour, seconds);
  }

  private List<Term> work() {
    calculation.rule("work");
    PriceList.Work work = list.work();
    List<Term> costs = new ArrayList<>();
    if (work.handlingPerPart().signum() > 0) {
      costs.add(priced("handling", money, work.handlingPerPart()));
    }
    if (!work.timePerPart().isZero() && work.hourlyRate().signum() > 0) {
      Term rate = priced("labour.rate", money + "/h", work.hourlyRate());
      Term time = priced("labour.part.time", "s", Measured.seconds(work.timePerPart()));
      costs.add(hours("labour.part", money, rate, time));
    }
    return costs;
  }

  private List<Term> postProcessing(Term grams, ModelFacts facts) {
    calculation.rule("post-processing");
    List<Term> costs = new ArrayList<>();
    for (PriceList.PostProcessing option : postProcessing) {
      String id = "post." + option.id();
      switch (option.charge()) {
        // Charged with the order, not with the part.
        case PriceList.Charge.PerOrder charge -> {}
        case PriceList.Charge.PerPart charge -> costs.add(priced(id, money, charge.amount()));
        case PriceList.Charge.PerSquareCentimetre charge -> {
          Term area = calculation.input(id + ".area", "mm2", Measured.area(facts.areaMm2()));
          Term rate = priced(id + ".rate", money + "/cm2", charge.amount());
          costs.add(calculation.multiply(id, money, area, CM2_PER_MM2, rate));
        }
        case PriceList.Charge.PerGram charge -> {
          Term rate = priced(id + ".rate", money + "/g", charge.amount());
          costs.add(calculation.multiply(id, money, grams, rate));
        }
        case PriceList.Charge.PerHour charge -> {
          Term rate = priced(id + ".rate", money + "/h", charge.hourlyRate());
          Term time = priced(id + ".time", "s", Measured.seconds(charge.timePerPart()));
          costs.add(hours(id, money, rate, time));
        }
      }
    }
    return costs;
  }

  private Optional<Term> risk(Term materialCost, Term machineCost, Term seconds) {
    calculation.rule("risk");
    Term share;
    switch (list.risk()) {
      case PriceList.Risk.None none -> {
        return Optional.empty();
      }
      case PriceList.Risk.Share fixed -> share = priced("risk.share", "1", fixed.share());
      case PriceList.Risk.PerHour perHour -> {
        Term probability = priced("risk.per-hour", "1/h", perHour.probability());
        Term grown = hours("risk.grown", "1", probability, seconds);
        Term atMost = priced("risk.at-most", "1", perHour.atMost());
        share = calculation.min("risk.share", "1", grown, atMost);
      }
    }
    Term exposed = calculation.add("risk.exposed", money, materialCost, machineCost);
    return Optional.of(calculation.multiply("risk", money, exposed, share));
  }

  /** Charges the copies; answers with the price of one. */
  private Term parts(Term unitCost, Term quantity) {
    Optional<Term> least =
        list.minimums().perPart().signum() > 0
            ? Optional.of(priced("minimum.part", money, list.minimums().perPart()))
            : Optional.empty();
    Term unitPrice = unitCost;
    List<Term> totals = new ArrayList<>();
    for (Tier tier : tiers(quantity)) {
      unitPrice = unitPrice(unitCost, tier, least);
      totals.add(calculation.multiply("parts" + tier.suffix(), money, unitPrice, tier.copies()));
    }
    Term parts = totals.getLast();
    charge(Line.Kind.PARTS, material.id(), copies, unitPrice, parts);
    if (totals.size() > 1) {
      calculation.rule("quantity-floor");
      Term floor = calculation.max("parts.floor", money, totals);
      parts = raise(Line.Kind.QUANTITY_FLOOR, "quantity-floor", parts, floor);
    }
    if (list.minimums().perLine().signum() > 0) {
      calculation.rule("line-minimum");
      Term minimum = priced("minimum.line", money, list.minimums().perLine());
      Term shown = shown("minimum.line.shown", minimum);
      Term raised = calculation.max("parts.raised", money, List.of(parts, shown));
      raise(Line.Kind.LINE_MINIMUM, "line-minimum", parts, raised);
    }
    return unitPrice;
  }

  private Term unitPrice(Term unitCost, Tier tier, Optional<Term> least) {
    String suffix = tier.suffix();
    Term cost = unitCost;
    if (tier.reduction().signum() > 0) {
      calculation.rule("quantity-break");
      Term reduction = priced("break" + suffix, "1", tier.reduction());
      Term factor = calculation.subtract("break.factor" + suffix, "1", Term.ONE, reduction);
      cost = calculation.multiply("unit-cost.reduced" + suffix, money, unitCost, factor);
    }
    calculation.rule("unit-price");
    if (least.isPresent()) {
      cost = calculation.max("unit-cost.least" + suffix, money, List.of(cost, least.get()));
    }
    return shown("unit-price" + suffix, cost);
  }

  /**
   * A step of the quantity breaks.
   *
   * @param copies the copies asked for in the last tier, the most that the tier allows before
   * @param suffix of the ids of its steps; none for the tier that counts
   */
  private record Tier(BigDecimal reduction, Term copies, String suffix) {}

  private List<Tier> tiers(Term quantity) {
    List<Tier> tiers = new ArrayList<>();
    BigDecimal reduction = BigDecimal.ZERO;
    for (PriceList.QuantityBreak next : list.quantityBreaks()) {
      if (next.from() > copies) {
        break;
      }
      tiers.add(
          new Tier(
              reduction,
              Term.number(BigDecimal.valueOf(next.from() - 1L)),
              ".below-" + next.from()));
      reduction = next.reduction();
    }
    tiers.add(new Tier(reduction, quantity, ""));
    return tiers;
  }

  /** Charges what belongs to the order; answers with its total as shown. */
  private Term order() {
    calculation.rule("setup");
    PriceList.Work work = list.work();
    List<Term> setup = new ArrayList<>();
    if (work.setupPerOrder().signum() > 0) {
      setup.add(priced("setup.fixed", money, work.setupPerOrder()));
    }
    if (!work.timePerOrder().isZero() && work.hourlyRate().signum() > 0) {
      Term rate = priced("labour.order.rate", money + "/h", work.hourlyRate());
      Term time = priced("labour.order.time", "s", Measured.seconds(work.timePerOrder()));
      setup.add(hours("labour.order", money, rate, time));
    }
    if (!setup.isEmpty()) {
      Term shown = shown("setup", calculation.add("setup.cost", money, setup));
      charge(Line.Kind.SETUP, "", 1, shown, shown);
    }
    calculation.rule("post-processing");
    for (PriceList.PostProcessing option : postProcessing) {
      if (option.charge() instanceof PriceList.Charge.PerOrder charge) {
        String id = "post." + option.id();
        Term shown = shown(id, priced(id + ".fixed", money, charge.amount()));
        charge(Line.Kind.POST_PROCESSING, option.id(), 1, shown, shown);
      }
    }
    calculation.rule("order");
    Term total = calculation.add("subtotal", money, charges.stream().map(Charge::amount).toList());
    if (customerTerms.isPresent()) {
      calculation.rule("reduction");
      Term share = priced("terms", "1", customerTerms.get().reduction());
      Term factor = calculation.subtract("terms.factor", "1", Term.ONE, share);
      Term exact = calculation.multiply("reduced.exact", money, total, factor);
      Term reduced = rounded("reduced", exact);
      Term difference = calculation.subtract("reduction", money, reduced, total);
      charge(Line.Kind.REDUCTION, customerTerms.get().id(), 1, difference, difference);
      total = reduced;
    }
    if (list.minimums().perOrder().signum() > 0) {
      calculation.rule("order-minimum");
      Term minimum = priced("minimum.order", money, list.minimums().perOrder());
      Term shown = shown("minimum.order.shown", minimum);
      Term raised = calculation.max("order.raised", money, List.of(total, shown));
      total = raise(Line.Kind.ORDER_MINIMUM, "order-minimum", total, raised);
    }
    if (leadTime.factor().compareTo(BigDecimal.ONE) != 0) {
      calculation.rule("lead-time");
      Term factor = priced("lead-time.factor", "1", leadTime.factor());
      Term exact = calculation.multiply("lead-time.exact", money, total, factor);
      Term changed = rounded("lead-time.total", exact);
      Term difference = calculation.subtract("lead-time", money, changed, total);
      charge(Line.Kind.LEAD_TIME, leadTime.id(), 1, difference, difference);
      total = changed;
    }
    return total;
  }

  /** Prices are shown without tax: it comes on top of the total. */
  private Totals addTax(Term total) {
    calculation.rule("tax");
    Term net = calculation.add("net", money, total);
    List<Term> taxes = new ArrayList<>();
    for (int i = 0; i < taxRates.size(); i++) {
      Term exact = calculation.multiply("tax.exact." + i, money, net, taxRates.get(i));
      taxes.add(calculation.round("tax." + i, money, exact, minorUnit, RoundingMode.HALF_UP));
    }
    Term tax = calculation.add("tax", money, taxes);
    Term gross = calculation.add("gross", money, net, tax);
    calculation.rule("lines");
    List<Term> nets = amounts();
    List<Term> lineTaxes = calculation.shares("line.tax", money, tax, nets, minorUnit);
    List<Parted> lines = new ArrayList<>();
    for (int i = 0; i < nets.size(); i++) {
      Term lineGross = calculation.add("line.gross." + i, money, nets.get(i), lineTaxes.get(i));
      lines.add(new Parted(nets.get(i), lineTaxes.get(i), lineGross));
    }
    return new Totals(new Parted(net, tax, gross), taxes, lines);
  }

  /** Prices are shown with tax: the total contains it. */
  private Totals containTax(Term total) {
    calculation.rule("tax");
    Term gross = calculation.add("gross", money, total);
    Term net =
        calculation.divide("net", money, gross, shownFactor, minorUnit, RoundingMode.HALF_UP);
    Term tax = calculation.subtract("tax", money, gross, net);
    List<Term> taxes = calculation.shares("tax", money, tax, taxRates, minorUnit);
    calculation.rule("lines");
    List<Term> shown = amounts();
    List<Term> nets = calculation.shares("line.net", money, net, shown, minorUnit);
    List<Parted> lines = new ArrayList<>();
    for (int i = 0; i < nets.size(); i++) {
      Term lineTax = calculation.subtract("line.tax." + i, money, shown.get(i), nets.get(i));
      lines.add(new Parted(nets.get(i), lineTax, shown.get(i)));
    }
    return new Totals(new Parted(net, tax, gross), taxes, lines);
  }

  /** Whole days from the quote to the parcel, with the printing time that nine of ten keep. */
  private Term delivery(Term timeP90, Term timeFactor, Term quantity) {
    calculation.rule("delivery");
    Term printing = calculation.multiply("printing.seconds", "s", timeP90, timeFactor, quantity);
    Term hoursPerDay = priced("hours-per-day", "h/days", printer.hoursPerDay());
    Term secondsPerDay =
        calculation.multiply("seconds-per-day", "s/days", hoursPerDay, SECONDS_PER_HOUR);
    List<Term> days = new ArrayList<>();
    days.add(
        calculation.divide(
            "printing.days", "days", printing, secondsPerDay, BigDecimal.ONE, RoundingMode.UP));
    days.add(priced("lead-time.days", "days", BigDecimal.valueOf(leadTime.days())));
    for (PriceList.PostProcessing option : postProcessing) {
      String id = "post." + option.id() + ".days";
      days.add(priced(id, "days", BigDecimal.valueOf(option.days())));
    }
    return calculation.add("days", "days", days);
  }

  /** What making the parts takes. */
  private record Production(Term grams, Term seconds, Term days) {}

  private Quote freeze(
      String fileSha256,
      String profileSha256,
      Instant issued,
      Term unitPrice,
      Totals totals,
      Production production) {
    Offer.Choice choice =
        new Offer.Choice(list.shop(), printer.id(), material.id(), setting.quality());
    Quote.Options options =
        new Quote.Options(
            postProcessing.stream().map(PriceList.PostProcessing::id).toList(),
            leadTime.id(),
            customerTerms.map(PriceList.CustomerTerms::id).orElse(null));
    Instant validUntil = issued.plus(list.offerValidity());
    Instant promised = issued.plus(Duration.ofDays(production.days().value().longValueExact()));

    List<Line> lines = new ArrayList<>();
    List<Object> writtenLines = new ArrayList<>();
    for (int i = 0; i < charges.size(); i++) {
      Charge charge = charges.get(i);
      Parted parted = totals.lines().get(i);
      lines.add(
          new Line(
              charge.kind(),
              charge.item(),
              charge.quantity(),
              money(charge.unitPrice()),
              money(parted.net()),
              money(parted.tax()),
              money(parted.gross())));
      Map<String, Object> written = written(parted);
      written.put("kind", charge.kind().name());
      written.put("item", charge.item());
      written.put("quantity", charge.quantity());
      written.put("unitPrice", amount(charge.unitPrice()));
      writtenLines.add(written);
    }
    List<Quote.TaxAmount> taxes = new ArrayList<>();
    List<Object> writtenTaxes = new ArrayList<>();
    for (int i = 0; i < taxRates.size(); i++) {
      PriceList.TaxRate rate = list.tax().rates().get(i);
      Term tax = totals.taxes().get(i);
      taxes.add(new Quote.TaxAmount(rate.name(), rate.rate(), money(tax)));
      writtenTaxes.add(
          Map.of("name", rate.name(), "rate", number(taxRates.get(i)), "amount", amount(tax)));
    }
    Map<String, Object> result = written(totals.order());
    result.put("unitPrice", amount(unitPrice));
    result.put("lines", writtenLines);
    result.put("taxes", writtenTaxes);
    result.put("gramsPerPart", number(production.grams()));
    result.put("secondsPerPart", number(production.seconds()));
    result.put("days", number(production.days()));

    Map<String, Object> frozen = new LinkedHashMap<>();
    frozen.put("shop", choice.shop());
    frozen.put("printer", choice.printer());
    frozen.put("material", choice.material());
    frozen.put("quality", choice.quality());
    frozen.put("file", fileSha256);
    frozen.put("profile", profileSha256);
    frozen.put("priceList", Map.of("id", list.id(), "version", list.version()));
    CurrencyUnit currency = list.currency();
    frozen.put(
        "currency", Map.of("code", currency.getCode(), "digits", currency.getDecimalPlaces()));
    frozen.put("display", list.tax().display().name());
    frozen.put("issued", issued.toString());
    frozen.put("validUntil", validUntil.toString());
    frozen.put("promised", promised.toString());
    frozen.put("quantity", copies);
    frozen.put("postProcessing", options.postProcessing());
    frozen.put("leadTime", options.leadTime());
    customerTerms.ifPresent(terms -> frozen.put("customerTerms", terms.id()));

    return new Quote(
        choice,
        fileSha256,
        profileSha256,
        list.id(),
        list.version(),
        issued,
        validUntil,
        copies,
        options,
        list.tax().display(),
        money(unitPrice),
        lines,
        taxes,
        money(totals.order().net()),
        money(totals.order().tax()),
        money(totals.order().gross()),
        production.grams().value(),
        Measured.duration(production.seconds().value()),
        promised,
        new Derivation(frozen, calculation.steps(), result));
  }

  private Map<String, Object> written(Parted parted) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("net", amount(parted.net()));
    members.put("tax", amount(parted.tax()));
    members.put("gross", amount(parted.gross()));
    return members;
  }

  private Map<String, Object> amount(Term term) {
    BigDecimal digits = term.value().setScale(list.currency().getDecimalPlaces());
    return Map.of("step", term.reference(), "value", digits.toPlainString());
  }

  private static Map<String, Object> number(Term term) {
    return Map.of("step", term.reference(), "value", Derivation.plain(term.value()));
  }

  private Money money(Term term) {
    return Money.of(list.currency(), term.value());
  }

  private List<Term> amounts() {
    return charges.stream().map(Charge::amount).toList();
  }

  private void charge(Line.Kind kind, String item, int quantity, Term unitPrice, Term amount) {
    charges.add(new Charge(kind, item, quantity, unitPrice, amount));
  }

  /** Charges what lifts one amount to another that is never less; answers with the latter. */
  private Term raise(Line.Kind kind, String id, Term from, Term to) {
    if (to.value().compareTo(from.value()) > 0) {
      Term difference = calculation.subtract(id, money, to, from);
      charge(kind, "", 1, difference, difference);
    }
    return to;
  }

  /** A number of the price list. */
  private Term priced(String id, String unit, BigDecimal value) {
    return calculation.input(id, unit, value);
  }

  /** A rate per hour times seconds. */
  private Term hours(String id, String unit, Term rate, Term seconds) {
    Term product = calculation.multiply(id + ".product", unit + "*s/h", rate, seconds);
    return calculation.divide(
        id, unit, product, SECONDS_PER_HOUR, QUOTIENT_INCREMENT, RoundingMode.HALF_EVEN);
  }

  /** A cost as the customer sees it: with tax if prices contain it, and rounded. */
  private Term shown(String id, Term cost) {
    if (shownFactor.equals(Term.ONE)) {
      return rounded(id, cost);
    }
    return rounded(id, calculation.multiply(id + ".exact", money, cost, shownFactor));
  }

  private Term rounded(String id, Term exact) {
    return calculation.round(id, money, exact, list.rounding().increment(), list.rounding().mode());
  }
}
