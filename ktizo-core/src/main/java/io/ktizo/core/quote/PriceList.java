package io.ktizo.core.quote;

import io.ktizo.core.print.PrintProfile;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;

/**
 * One version of a Shop's prices: data, not code.
 *
 * <p>Every amount is in {@link #currency()}, without tax, and may have more decimals than the
 * currency: rounding happens where {@link Rounding} says and nowhere else. A change of any price is
 * a new {@link #version()}; a quote names the version that it was made from.
 *
 * <p>The parts of the tree hold what they are given; this constructor checks the whole tree and
 * reports every fault at once, with its path. Decimals must lie in 0 to 10⁹ with at most 12 places
 * behind the point, unless a component says otherwise. Ids are 1 to 64 letters, digits, dots,
 * dashes and underscores, beginning with a letter or digit, and unique in their list.
 *
 * <p>Immutable; any number of threads may share it. How the prices are used is told in {@code
 * docs/quote-derivation.md}.
 *
 * @param shop whose list it is
 * @param id names the list through all its versions
 * @param version from 1 upwards
 * @param from first moment at which quotes are made from this version
 * @param until first moment at which no more quotes are made from it; {@code null} while no
 *     successor is known
 * @param currency of every amount
 * @param tax what is added to or contained in the prices shown
 * @param rounding of unit prices and of each amount of the order
 * @param offerValidity how long a quote binds the Shop
 * @param printers at least one
 * @param materials at least one
 * @param work what people's time costs
 * @param risk what failing prints cost
 * @param minimums below which nothing is sold
 * @param quantityBreaks reductions for many copies, in rising order of quantity; may be empty
 * @param leadTimes when the Shop can deliver, the standard choice first; at least one
 * @param postProcessing what can be done after printing; may be empty
 * @param customerTerms reductions agreed with customers; may be empty
 * @param instantLimits beyond which the Shop looks before it quotes
 */
public record PriceList(
    String shop,
    String id,
    int version,
    Instant from,
    @Nullable Instant until,
    CurrencyUnit currency,
    Tax tax,
    Rounding rounding,
    Duration offerValidity,
    List<Printer> printers,
    List<Material> materials,
    Work work,
    Risk risk,
    Minimums minimums,
    List<QuantityBreak> quantityBreaks,
    List<LeadTime> leadTimes,
    List<PostProcessing> postProcessing,
    List<CustomerTerms> customerTerms,
    InstantLimits instantLimits) {

  /**
   * Checks the whole tree.
   *
   * @throws InvalidPriceListException with every fault
   */
  public PriceList {
    printers = List.copyOf(printers);
    materials = List.copyOf(materials);
    quantityBreaks = List.copyOf(quantityBreaks);
    leadTimes = List.copyOf(leadTimes);
    postProcessing = List.copyOf(postProcessing);
    customerTerms = List.copyOf(customerTerms);
    PriceListCheck check = new PriceListCheck();
    check.head(shop, id, version, from, until, offerValidity);
    check.money(currency, tax, rounding);
    check.machines(printers, materials);
    check.work(work, risk, minimums);
    check.choices(quantityBreaks, leadTimes, postProcessing, customerTerms, materials);
    check.limits(instantLimits);
    check.throwIfFaulty();
  }

  /** Whether quotes may be made from this version at that moment. */
  public boolean inForceAt(Instant moment) {
    return !moment.isBefore(from) && (until == null || moment.isBefore(until));
  }

  /**
   * The same prices under another head.
   *
   * @throws InvalidPriceListException if the head breaks a rule
   */
  public PriceList headed(
      String otherShop,
      String otherId,
      int otherVersion,
      Instant otherFrom,
      @Nullable Instant otherUntil) {
    return new PriceList(
        otherShop,
        otherId,
        otherVersion,
        otherFrom,
        otherUntil,
        currency,
        tax,
        rounding,
        offerValidity,
        printers,
        materials,
        work,
        risk,
        minimums,
        quantityBreaks,
        leadTimes,
        postProcessing,
        customerTerms,
        instantLimits);
  }

  /**
   * The same prices for other machines and materials. Post-processing keeps those of its materials
   * that are left, and goes with the last of them.
   *
   * @throws InvalidPriceListException if they break a rule
   */
  public PriceList equipped(List<Printer> otherPrinters, List<Material> otherMaterials) {
    Set<String> known = new HashSet<>();
    otherMaterials.forEach(material -> known.add(material.id()));
    List<PostProcessing> kept = new ArrayList<>();
    for (PostProcessing option : postProcessing) {
      List<String> left = option.materials().stream().filter(known::contains).toList();
      if (option.materials().isEmpty() || !left.isEmpty()) {
        kept.add(
            new PostProcessing(option.id(), option.name(), option.charge(), option.days(), left));
      }
    }
    return new PriceList(
        shop,
        id,
        version,
        from,
        until,
        currency,
        tax,
        rounding,
        offerValidity,
        otherPrinters,
        otherMaterials,
        work,
        risk,
        minimums,
        quantityBreaks,
        leadTimes,
        kept,
        customerTerms,
        instantLimits);
  }

  /** The material with this id. */
  public Optional<Material> material(String materialId) {
    return materials.stream().filter(material -> material.id().equals(materialId)).findFirst();
  }

  /**
   * The taxes on every sale of this list, and how prices are shown.
   *
   * @param rates all apply to the same net amount; empty for a Shop that charges none
   * @param display which prices are the round ones
   */
  public record Tax(List<TaxRate> rates, Display display) {
    public Tax {
      rates = List.copyOf(rates);
    }

    /** No tax at all. */
    public static Tax none() {
      return new Tax(List.of(), Display.NET);
    }

    /** One tax, for instance {@code Tax.of("VAT", "0.19", Display.GROSS)}. */
    public static Tax of(String name, String rate, Display display) {
      return new Tax(List.of(new TaxRate(name, new BigDecimal(rate))), display);
    }
  }

  /**
   * One tax.
   *
   * @param name as an id, for instance {@code VAT}
   * @param rate share of the net amount, 0.19 for 19 %, at most 1
   */
  public record TaxRate(String name, BigDecimal rate) {}

  /** Which prices are shown to the customer, and therefore rounded and multiplied. */
  public enum Display {
    /** Prices without tax; tax is computed once on the net total and added. */
    NET,
    /** Prices with tax; the tax contained is computed once from the gross total. */
    GROSS
  }

  /**
   * How amounts are rounded.
   *
   * @param mode any but {@link RoundingMode#UNNECESSARY}
   * @param increment every unit price and every amount of the order is a multiple of it; a positive
   *     multiple of the currency's smallest unit, for instance 0.05
   */
  public record Rounding(RoundingMode mode, BigDecimal increment) {

    /** Half up to the smallest unit of the currency. */
    public static Rounding toMinorUnit(CurrencyUnit currency) {
      return new Rounding(
          RoundingMode.HALF_UP, BigDecimal.ONE.movePointLeft(currency.getDecimalPlaces()));
    }
  }

  /**
   * A machine, or several equal ones.
   *
   * @param id unique in the list
   * @param name for people
   * @param process the category of the process
   * @param buildVolume what fits
   * @param hourlyRate wear, service, room and profit for one hour of printing
   * @param power what one hour of printing draws from the wall; {@link Power#NONE} when the hourly
   *     rate contains it
   * @param hoursPerDay how long a day it prints, all equal machines together; above 0
   * @param settings what it prints, at least one
   */
  public record Printer(
      String id,
      String name,
      PrintProcess process,
      BuildVolume buildVolume,
      BigDecimal hourlyRate,
      Power power,
      BigDecimal hoursPerDay,
      List<Setting> settings) {
    public Printer {
      settings = List.copyOf(settings);
    }
  }

  /**
   * The room that a printer can print in, in mm, each side above 0 and at most 100,000.
   *
   * @param x width of the plate
   * @param y depth of the plate
   * @param z height
   * @param plate its shape
   */
  public record BuildVolume(BigDecimal x, BigDecimal y, BigDecimal z, Plate plate) {

    /** Over a rectangular plate. */
    public BuildVolume(BigDecimal x, BigDecimal y, BigDecimal z) {
      this(x, y, z, new Plate.Rectangle());
    }

    /** In whole millimetres, over a rectangular plate. */
    public static BuildVolume of(int x, int y, int z) {
      return new BuildVolume(BigDecimal.valueOf(x), BigDecimal.valueOf(y), BigDecimal.valueOf(z));
    }

    /** The same for judging whether a part fits. */
    io.ktizo.core.print.BuildVolume room() {
      double width = x.doubleValue();
      double depth = y.doubleValue();
      double height = z.doubleValue();
      return switch (plate) {
        case Plate.Rectangle rectangle ->
            new io.ktizo.core.print.BuildVolume.Box(width, depth, height);
        case Plate.Disc disc -> new io.ktizo.core.print.BuildVolume.Cylinder(width, height);
        case Plate.Outline outline ->
            new io.ktizo.core.print.BuildVolume.Polygon(
                outline.corners().stream()
                    .map(
                        corner ->
                            new io.ktizo.core.print.BuildVolume.Corner(
                                corner.x().doubleValue(), corner.y().doubleValue()))
                    .toList(),
                height);
      };
    }
  }

  /** The shape of a printer's plate. */
  public sealed interface Plate {
    /** As wide and deep as the build volume. */
    record Rectangle() implements Plate {}

    /** Round: width and depth of the build volume are its diameter. */
    record Disc() implements Plate {}

    /**
     * With straight sides; width and depth of the build volume are those of the box around it.
     *
     * @param corners 3 to 64, in either direction around; no side touches or crosses another
     */
    record Outline(List<Corner> corners) implements Plate {
      public Outline {
        corners = List.copyOf(corners);
      }
    }

    /** A corner, in mm from any origin, at most 100,000 away from it. */
    record Corner(BigDecimal x, BigDecimal y) {}
  }

  /**
   * Electric power while printing.
   *
   * @param kilowatts mean draw
   * @param pricePerKilowattHour tariff
   */
  public record Power(BigDecimal kilowatts, BigDecimal pricePerKilowattHour) {
    /** Not charged on its own. */
    public static final Power NONE = new Power(BigDecimal.ZERO, BigDecimal.ZERO);
  }

  /**
   * One way in which a printer prints.
   *
   * @param material id of a material of this list
   * @param quality id of the quality, for instance {@code standard}; with the material unique for
   *     the printer
   * @param profile how, with what the Shop measured on this printer as its calibration
   */
  public record Setting(String material, String quality, PrintProfile profile) {}

  /**
   * What parts are made of.
   *
   * @param id unique in the list, the same for all Shops where it means the same: {@code PLA}
   * @param name for people
   * @param pricePerKilogram what a kilogram costs the customer
   * @param density in g/cm³, above 0 and at most 30
   * @param waste share that is bought but not sold, 0.05 for 5 %; at most 10
   * @param purgeGrams what is wasted for each part before it is begun, in grams
   */
  public record Material(
      String id,
      String name,
      BigDecimal pricePerKilogram,
      BigDecimal density,
      BigDecimal waste,
      BigDecimal purgeGrams) {}

  /**
   * What people do, and what it costs.
   *
   * @param setupPerOrder fixed amount for each order
   * @param handlingPerPart fixed amount for each part
   * @param hourlyRate of labour
   * @param timePerOrder labour for each order
   * @param timePerPart labour for each part
   */
  public record Work(
      BigDecimal setupPerOrder,
      BigDecimal handlingPerPart,
      BigDecimal hourlyRate,
      Duration timePerOrder,
      Duration timePerPart) {
    /** Nothing is charged for work. */
    public static final Work NONE =
        new Work(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, Duration.ZERO, Duration.ZERO);
  }

  /** What is added to material and machine time because some prints fail. */
  public sealed interface Risk {
    /** Nothing is added. */
    record None() implements Risk {}

    /**
     * The same share for every part.
     *
     * @param share of material and machine time, at most 1
     */
    record Share(BigDecimal share) implements Risk {}

    /**
     * A share that grows with the printing time.
     *
     * @param probability that a print fails within one hour, at most 1
     * @param atMost the share is never more than this, at most 1
     */
    record PerHour(BigDecimal probability, BigDecimal atMost) implements Risk {}
  }

  /**
   * Floors, without tax; zero where there is none.
   *
   * @param perPart for each copy, whatever the reductions
   * @param perLine for all copies of a model together
   * @param perOrder for the whole order, after reductions and before the lead time's factor
   */
  public record Minimums(BigDecimal perPart, BigDecimal perLine, BigDecimal perOrder) {
    /** No floor. */
    public static final Minimums NONE =
        new Minimums(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
  }

  /**
   * A lower price for each copy from some quantity on. What fewer copies would cost together is
   * never undercut: one copy more never lowers the total.
   *
   * @param from smallest quantity, at least 2
   * @param reduction share taken off each copy, below 1; never less than that of a smaller quantity
   */
  public record QuantityBreak(int from, BigDecimal reduction) {}

  /**
   * A choice of speed.
   *
   * @param id unique in the list
   * @param name for people
   * @param days until the work begins and for packing, beside the printing itself; 0 to 365
   * @param factor on the order, above 0 and at most 100: 1.5 for half as much again
   */
  public record LeadTime(String id, String name, int days, BigDecimal factor) {
    /** Five days at the list's prices. */
    public static final LeadTime STANDARD = new LeadTime("standard", "Standard", 5, BigDecimal.ONE);
  }

  /**
   * Something done to the parts after printing.
   *
   * @param id unique in the list
   * @param name for people
   * @param charge what it costs
   * @param days that it adds, 0 to 365
   * @param materials ids of the materials it is offered for; empty for all
   */
  public record PostProcessing(
      String id, String name, Charge charge, int days, List<String> materials) {
    public PostProcessing {
      materials = List.copyOf(materials);
    }
  }

  /** What a post-processing step is charged by. */
  public sealed interface Charge {
    /** Once for the order. */
    record PerOrder(BigDecimal amount) implements Charge {}

    /** For each part. */
    record PerPart(BigDecimal amount) implements Charge {}

    /** For each square centimetre of each part's surface. */
    record PerSquareCentimetre(BigDecimal amount) implements Charge {}

    /** For each gram of each printed part, supports included, purge and waste not. */
    record PerGram(BigDecimal amount) implements Charge {}

    /**
     * For the time that it takes.
     *
     * @param hourlyRate of the person or machine that does it
     * @param timePerPart for each part
     */
    record PerHour(BigDecimal hourlyRate, Duration timePerPart) implements Charge {}
  }

  /**
   * A reduction for whoever holds these terms.
   *
   * @param id how a request names them; must say nothing about a person
   * @param reduction share taken off the order, below 1
   */
  public record CustomerTerms(String id, BigDecimal reduction) {}

  /**
   * What is priced without a look. Anything beyond is answered with {@link ReviewReason.Unusual} or
   * the reason named.
   *
   * @param quantity most copies
   * @param gramsPerPart heaviest part
   * @param timePerPart longest print (P50)
   * @param smallestSize in mm: a model whose longest side is shorter was probably meant in another
   *     unit
   * @param unitProbability least probability of a guessed unit, 0 to 1
   */
  public record InstantLimits(
      int quantity,
      BigDecimal gramsPerPart,
      Duration timePerPart,
      BigDecimal smallestSize,
      BigDecimal unitProbability) {
    /** 1,000 copies, 5 kg, 100 h, 3 mm, 90 %. */
    public static final InstantLimits DEFAULT =
        new InstantLimits(
            1_000,
            BigDecimal.valueOf(5_000),
            Duration.ofHours(100),
            BigDecimal.valueOf(3),
            new BigDecimal("0.9"));
  }

  /**
   * Begins a list with what every list must have; the rest has defaults: version 1, in force
   * always, no tax, rounding half up to the smallest unit, quotes valid for 7 days, no work, no
   * risk, no minimums, no breaks, {@link LeadTime#STANDARD}, {@link InstantLimits#DEFAULT}.
   */
  public static Builder of(String shop, String id, CurrencyUnit currency) {
    return new Builder(shop, id, currency);
  }

  /** Collects the parts of a list; {@link #build} checks them. Not for use by several threads. */
  public static final class Builder {
    private final String shop;
    private final String id;
    private final CurrencyUnit currency;
    private int version = 1;
    private Instant from = Instant.EPOCH;
    private @Nullable Instant until;
    private Tax tax = Tax.none();
    private Rounding rounding;
    private Duration offerValidity = Duration.ofDays(7);
    private List<Printer> printers = List.of();
    private List<Material> materials = List.of();
    private Work work = Work.NONE;
    private Risk risk = new Risk.None();
    private Minimums minimums = Minimums.NONE;
    private List<QuantityBreak> quantityBreaks = List.of();
    private List<LeadTime> leadTimes = List.of(LeadTime.STANDARD);
    private List<PostProcessing> postProcessing = List.of();
    private List<CustomerTerms> customerTerms = List.of();
    private InstantLimits instantLimits = InstantLimits.DEFAULT;

    private Builder(String shop, String id, CurrencyUnit currency) {
      this.shop = shop;
      this.id = id;
      this.currency = currency;
      this.rounding = Rounding.toMinorUnit(currency);
    }

    public Builder version(int number) {
      this.version = number;
      return this;
    }

    public Builder inForce(Instant first, @Nullable Instant end) {
      this.from = first;
      this.until = end;
      return this;
    }

    public Builder tax(Tax taxes) {
      this.tax = taxes;
      return this;
    }

    public Builder rounding(Rounding rule) {
      this.rounding = rule;
      return this;
    }

    public Builder offerValidity(Duration validity) {
      this.offerValidity = validity;
      return this;
    }

    public Builder printers(Printer... machines) {
      this.printers = List.of(machines);
      return this;
    }

    public Builder materials(Material... stock) {
      this.materials = List.of(stock);
      return this;
    }

    public Builder work(Work rates) {
      this.work = rates;
      return this;
    }

    public Builder risk(Risk surcharge) {
      this.risk = surcharge;
      return this;
    }

    public Builder minimums(Minimums floors) {
      this.minimums = floors;
      return this;
    }

    public Builder quantityBreaks(QuantityBreak... breaks) {
      this.quantityBreaks = List.of(breaks);
      return this;
    }

    public Builder leadTimes(LeadTime... choices) {
      this.leadTimes = List.of(choices);
      return this;
    }

    public Builder postProcessing(PostProcessing... options) {
      this.postProcessing = List.of(options);
      return this;
    }

    public Builder customerTerms(CustomerTerms... agreed) {
      this.customerTerms = List.of(agreed);
      return this;
    }

    public Builder instantLimits(InstantLimits limits) {
      this.instantLimits = limits;
      return this;
    }

    /**
     * The list.
     *
     * @throws InvalidPriceListException with every fault
     */
    public PriceList build() {
      return new PriceList(
          shop,
          id,
          version,
          from,
          until,
          currency,
          tax,
          rounding,
          offerValidity,
          printers,
          materials,
          work,
          risk,
          minimums,
          quantityBreaks,
          leadTimes,
          postProcessing,
          customerTerms,
          instantLimits);
    }
  }
}
