package io.ktizo.server.desk;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.Refusal;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.quote.Assessing;
import io.ktizo.core.quote.Assessment;
import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.core.quote.Quoting;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Asks the Shops what a model costs, and keeps what they said. Safe for use by many threads. */
public final class QuoteDesk {
  private final Models models;
  private final Records records;
  private final MeshWork work;
  private final MeshReader reader;
  private final Supplier<List<Shop>> shops;
  private final PrintEstimator estimator;
  private final InstantSource clock;
  private final RecentModels recent = new RecentModels();

  public QuoteDesk(
      Models models,
      DataSource database,
      MeshWork work,
      MeshLimits limits,
      Supplier<List<Shop>> shops,
      PrintEstimator estimator,
      InstantSource clock) {
    this.models = models;
    this.records = new Records(database);
    this.work = work;
    this.reader = MeshReader.withLimits(limits);
    this.shops = shops;
    this.estimator = estimator;
    this.clock = clock;
  }

  /** What became of a request. */
  public sealed interface Outcome {
    /** The Shops answered. */
    record Issued(IssuedQuote quote) implements Outcome {}

    /** There is no such model, or its time is over. */
    record NoSuchModel() implements Outcome {}

    /** The model that was read when it came cannot be read now, for instance in the time given. */
    record Refused(Refusal refusal) implements Outcome {}
  }

  /** The Shops that can be asked at this moment, with the prices that are in force. */
  public List<Shop> shops() {
    return shops.get();
  }

  /** A quote that was given, if it is still kept. */
  public Optional<IssuedQuote> find(DeskId id) {
    return records.quote(id);
  }

  /**
   * Asks the Shops.
   *
   * @param id the model
   * @param asked the Shops to ask, of {@link #shops}
   * @param request what is wanted
   * @param unit of the file's numbers as the customer says; {@code null} if he does not
   * @throws BusyException if too much work waits already
   */
  public Outcome quote(
      DeskId id, List<Shop> asked, QuoteRequest request, @Nullable LengthUnit unit) {
    Optional<UploadedModel> found = models.find(id);
    if (found.isEmpty()) {
      return new Outcome.NoSuchModel();
    }
    return work.run(() -> quote(found.get(), asked, request, unit));
  }

  private Outcome quote(
      UploadedModel uploaded, List<Shop> asked, QuoteRequest request, @Nullable LengthUnit unit)
      throws IOException {
    RecentModels.Known known;
    Optional<RecentModels.Known> before = recent.find(uploaded.id(), unit);
    if (before.isPresent()) {
      known = before.get();
    } else {
      try {
        switch (reader.read(models.file(uploaded.id()))) {
          case MeshReading.Refused refused -> {
            return new Outcome.Refused(refused.refusal());
          }
          case MeshReading.Accepted accepted ->
              known =
                  recent.remember(
                      uploaded.id(),
                      unit,
                      Assessing.standard().assess(accepted.model(), uploaded.fileSha256(), unit));
        }
      } catch (NoSuchFileException expired) {
        return new Outcome.NoSuchModel();
      }
    }
    Assessment assessment = known.assessment();
    List<Offer> offers =
        Quoting.with(known.remembering(estimator), clock)
            .on(work.estimates())
            .quote(assessment.model(), asked.stream().map(Shop::priceList).toList(), request);
    Instant issued = clock.instant();
    DeskId id = DeskId.create(DeskId.Kind.QUOTE, issued);
    String document =
        QuoteDocument.of(id, uploaded.id(), issued, request, asked, assessment, offers);
    IssuedQuote quote = new IssuedQuote(id, uploaded.id(), issued, document);
    records.add(quote);
    return new Outcome.Issued(quote);
  }

  /** The mesh of a model in millimetres; nothing if there is no such model any more. */
  public Optional<Mesh> mesh(DeskId id, @Nullable LengthUnit unit) {
    Optional<UploadedModel> found = models.find(id);
    return found.isEmpty()
        ? Optional.empty()
        : work.run(
            () -> {
              try {
                return switch (reader.read(models.file(id))) {
                  case MeshReading.Refused refused -> Optional.<Mesh>empty();
                  case MeshReading.Accepted accepted ->
                      Optional.of(
                          Assessing.standard()
                              .assess(accepted.model(), found.get().fileSha256(), unit)
                              .model()
                              .mesh());
                };
              } catch (NoSuchFileException expired) {
                return Optional.empty();
              }
            });
  }
}
