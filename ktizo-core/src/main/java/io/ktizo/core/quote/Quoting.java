package io.ktizo.core.quote;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.print.EstimationFailedException;
import io.ktizo.core.print.PrintEstimate;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.quote.ReviewReason.Measure;
import io.ktizo.core.quote.ReviewReason.NotOffered;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Asks Shops' price lists what a model costs.
 *
 * <p>Promises: every Shop, printer, material and quality that the request allows is answered, in
 * the order of the lists, with a price or with the reasons for a look; the same model, lists,
 * request and moment give the same answers on every machine, with or without an executor. Each
 * profile is estimated once a call, however many Shops print with it.
 *
 * <p>Safe for use by many threads if estimator, clock and executor are.
 */
public final class Quoting {
  private final PrintEstimator estimator;
  private final InstantSource clock;
  private final Executor executor;

  private Quoting(PrintEstimator estimator, InstantSource clock, Executor executor) {
    this.estimator = estimator;
    this.clock = clock;
    this.executor = executor;
  }

  /** Quotes in the calling thread. */
  public static Quoting with(PrintEstimator estimator, InstantSource clock) {
    return new Quoting(estimator, clock, Runnable::run);
  }

  /**
   * The same with estimates run by an executor, one task a profile. The executor is lent: it is
   * never shut down. The calling thread waits for the tasks, so a task of the same bounded executor
   * must not call {@link #quote}.
   */
  public Quoting on(Executor lent) {
    return new Quoting(estimator, clock, lent);
  }

  /** What the Shops say, in the order of the lists, their printers and their settings. */
  public List<Offer> quote(AssessedModel model, List<PriceList> lists, QuoteRequest request) {
    Instant now = clock.instant();
    List<Candidate> candidates = new ArrayList<>();
    for (PriceList list : lists) {
      collect(candidates, model, list, request, now);
    }
    Map<PrintProfile, Estimation> estimations = estimate(model.mesh(), candidates);
    Map<PrintProfile, String> fingerprints = new HashMap<>();
    List<Offer> offers = new ArrayList<>(candidates.size());
    for (Candidate candidate : candidates) {
      offers.add(
          switch (candidate) {
            case Candidate.Held held -> held.offer();
            case Candidate.Open open ->
                price(
                    open,
                    model.facts(),
                    estimations.getOrDefault(uncalibrated(open.profile()), Estimation.NONE),
                    fingerprints.computeIfAbsent(open.profile(), Fingerprint::of),
                    now);
          });
    }
    return offers;
  }

  /** What a Shop may print for the request. */
  private sealed interface Candidate {
    /** Nothing speaks against it yet. */
    record Open(Pricing.Order order) implements Candidate {
      PrintProfile profile() {
        return order.setting().profile();
      }
    }

    /** Decided already. */
    record Held(Offer.WillLook offer) implements Candidate {}
  }

  /** What the estimator said. */
  private sealed interface Estimation {
    Estimation NONE = new Failed(new ReviewReason.NoEstimate("not estimated"));

    record Done(PrintEstimate estimate) implements Estimation {}

    record Failed(ReviewReason.NoEstimate reason) implements Estimation {}
  }

  private static void collect(
      List<Candidate> candidates,
      AssessedModel model,
      PriceList list,
      QuoteRequest request,
      Instant now) {
    List<ReviewReason> general = generalReasons(model.facts(), list, request, now);
    PriceList.LeadTime leadTime = list.leadTimes().getFirst();
    String speed = request.leadTime();
    if (speed != null) {
      Optional<PriceList.LeadTime> chosen =
          list.leadTimes().stream().filter(choice -> choice.id().equals(speed)).findFirst();
      if (chosen.isEmpty()) {
        general.add(new NotOffered(NotOffered.Kind.LEAD_TIME, speed));
      }
      leadTime = chosen.orElse(leadTime);
    }
    Optional<PriceList.CustomerTerms> terms = Optional.empty();
    String termsId = request.customerTerms().get(list.shop());
    if (termsId != null) {
      terms =
          list.customerTerms().stream().filter(agreed -> agreed.id().equals(termsId)).findFirst();
      if (terms.isEmpty()) {
        general.add(new NotOffered(NotOffered.Kind.CUSTOMER_TERMS, termsId));
      }
    }
    Map<String, PriceList.Material> materials = new HashMap<>();
    list.materials().forEach(material -> materials.put(material.id(), material));
    for (PriceList.Printer printer : list.printers()) {
      for (PriceList.Setting setting : printer.settings()) {
        PriceList.Material material = materials.get(setting.material());
        if (material == null
            || !allowed(request.materials(), setting.material())
            || !allowed(request.qualities(), setting.quality())) {
          continue;
        }
        List<ReviewReason> reasons = new ArrayList<>(general);
        if (printer.process() != PrintProcess.MATERIAL_EXTRUSION) {
          reasons.add(
              new ReviewReason.Unsupported(
                  "process." + printer.process().abbreviation().toLowerCase(Locale.ROOT)));
        }
        List<PriceList.PostProcessing> finishes = new ArrayList<>();
        for (String id : request.postProcessing()) {
          Optional<PriceList.PostProcessing> offered = finish(list, material, id);
          offered.ifPresentOrElse(
              finishes::add,
              () -> reasons.add(new NotOffered(NotOffered.Kind.POST_PROCESSING, id)));
        }
        reasons.addAll(model.suitability().of(printer, setting.profile()));
        if (reasons.isEmpty()) {
          candidates.add(
              new Candidate.Open(
                  new Pricing.Order(
                      list,
                      printer,
                      setting,
                      material,
                      finishes,
                      leadTime,
                      terms,
                      request.quantity())));
        } else {
          Offer.Choice choice =
              new Offer.Choice(list.shop(), printer.id(), material.id(), setting.quality());
          candidates.add(new Candidate.Held(new Offer.WillLook(choice, reasons)));
        }
      }
    }
  }

  /** What speaks against all that a Shop offers. */
  private static List<ReviewReason> generalReasons(
      ModelFacts facts, PriceList list, QuoteRequest request, Instant now) {
    PriceList.InstantLimits limits = list.instantLimits();
    List<ReviewReason> reasons = new ArrayList<>(facts.reservations());
    if (!list.inForceAt(now)) {
      reasons.add(new ReviewReason.NotInForce(list.version()));
    }
    if (facts.unitProbability() < limits.unitProbability().doubleValue()) {
      reasons.add(
          new ReviewReason.UnsureOfUnits(
              facts.unit(), facts.unitProbability(), limits.unitProbability()));
    }
    BigDecimal longestSide = Measured.length(facts.longestSide());
    if (longestSide.compareTo(limits.smallestSize()) < 0) {
      reasons.add(new ReviewReason.Unusual(Measure.SIZE, longestSide, limits.smallestSize()));
    }
    limit(
        reasons,
        Measure.QUANTITY,
        BigDecimal.valueOf(request.quantity()),
        BigDecimal.valueOf(limits.quantity()));
    return reasons;
  }

  private static boolean allowed(Set<String> asked, String id) {
    return asked.isEmpty() || asked.contains(id);
  }

  private static Optional<PriceList.PostProcessing> finish(
      PriceList list, PriceList.Material material, String id) {
    return list.postProcessing().stream()
        .filter(option -> option.id().equals(id))
        .filter(
            option -> option.materials().isEmpty() || option.materials().contains(material.id()))
        .findFirst();
  }

  private static void limit(
      List<ReviewReason> reasons, Measure measure, BigDecimal value, BigDecimal limit) {
    if (value.compareTo(limit) > 0) {
      reasons.add(new ReviewReason.Unusual(measure, value, limit));
    }
  }

  /**
   * The calibration is a rule of the price and stands in its derivation; without it, printers that
   * share a profile share its estimate.
   */
  private static PrintProfile uncalibrated(PrintProfile profile) {
    return profile.calibration().equals(PrintProfile.Calibration.NONE)
        ? profile
        : profile.calibrated(PrintProfile.Calibration.NONE);
  }

  private Map<PrintProfile, Estimation> estimate(Mesh mesh, List<Candidate> candidates) {
    Map<PrintProfile, CompletableFuture<Estimation>> running = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      if (candidate instanceof Candidate.Open open) {
        running.computeIfAbsent(
            uncalibrated(open.profile()),
            profile -> CompletableFuture.supplyAsync(() -> estimate(mesh, profile), executor));
      }
    }
    Map<PrintProfile, Estimation> done = new HashMap<>();
    running.forEach((profile, future) -> done.put(profile, await(future)));
    return done;
  }

  private Estimation estimate(Mesh mesh, PrintProfile profile) {
    try {
      return new Estimation.Done(estimator.estimate(mesh, profile));
    } catch (EstimationFailedException e) {
      return new Estimation.Failed(new ReviewReason.NoEstimate(String.valueOf(e.getMessage())));
    }
  }

  /** A broken estimator breaks the call as if it had been called here. */
  private static Estimation await(CompletableFuture<Estimation> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  private static Offer price(
      Candidate.Open candidate,
      ModelFacts facts,
      Estimation estimation,
      String profileSha256,
      Instant now) {
    Pricing.Order order = candidate.order();
    Offer.Choice choice =
        new Offer.Choice(
            order.list().shop(),
            order.printer().id(),
            order.material().id(),
            order.setting().quality());
    return switch (estimation) {
      case Estimation.Failed failed -> new Offer.WillLook(choice, List.of(failed.reason()));
      case Estimation.Done done ->
          new Pricing(order)
              .quote(facts, done.estimate(), profileSha256, now)
              .map(quote -> unlessUnusual(quote, order.list().instantLimits()))
              .orElseGet(() -> new Offer.WillLook(choice, List.of(new ReviewReason.NoPrice())));
    };
  }

  private static Offer unlessUnusual(Quote quote, PriceList.InstantLimits limits) {
    List<ReviewReason> reasons = new ArrayList<>();
    limit(reasons, Measure.MASS, quote.gramsPerPart(), limits.gramsPerPart());
    limit(
        reasons,
        Measure.TIME,
        Measured.seconds(quote.timePerPart()),
        Measured.seconds(limits.timePerPart()));
    return reasons.isEmpty()
        ? new Offer.Priced(quote)
        : new Offer.WillLook(quote.choice(), reasons);
  }
}
