package io.ktizo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.Model;
import io.ktizo.core.print.FilamentMaterial;
import io.ktizo.core.print.LayerEstimator;
import io.ktizo.core.print.PrinterPreset;
import io.ktizo.core.print.Thumbnail;
import io.ktizo.core.quote.Assessing;
import io.ktizo.core.quote.Assessment;
import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PriceList.BuildVolume;
import io.ktizo.core.quote.PriceList.Material;
import io.ktizo.core.quote.PriceList.Power;
import io.ktizo.core.quote.PriceList.Printer;
import io.ktizo.core.quote.PriceList.Setting;
import io.ktizo.core.quote.PrintProcess;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.core.quote.Quoting;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of this module's README. */
class CoreReadmeTest {

  @Test
  void the_sample_of_the_readme_quotes_a_tetrahedron(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("corner.off");
    Files.writeString(
        file,
        """
        OFF
        4 4 0
        0 0 0
        30 0 0
        0 30 0
        0 0 30
        3 0 2 1
        3 0 1 3
        3 0 3 2
        3 1 2 3
        """);
    String sha256 = "ab".repeat(32);
    List<PriceList> priceLists = List.of(aShop());
    List<String> said = new ArrayList<>();

    MeshReading reading = MeshReader.withLimits(MeshLimits.DEFAULT).read(file);
    Model model =
        switch (reading) {
          case MeshReading.Accepted accepted -> accepted.model();
          case MeshReading.Refused refused ->
              throw new IllegalArgumentException(refused.refusal().message());
        };
    Assessment assessment = Assessing.standard().assess(model, sha256, null);
    Quoting quoting = Quoting.with(new LayerEstimator(), InstantSource.system());
    for (Offer offer : quoting.quote(assessment.model(), priceLists, QuoteRequest.of(3))) {
      switch (offer) {
        case Offer.Priced priced -> said.add(priced.quote().gross().toString());
        case Offer.WillLook look -> look.reasons().forEach(reason -> said.add(reason.message()));
      }
    }
    byte[] png = Thumbnail.of(assessment.model().mesh()).png();

    assertThat(said).singleElement().asString().startsWith("EUR ");
    assertThat(png).hasSizeGreaterThan(100);
    assertThat(assessment.report().volume()).isEqualTo(30 * 30 * 30 / 6.0);
  }

  private static PriceList aShop() {
    return PriceList.of("shop", "list", CurrencyUnit.EUR)
        .materials(
            new Material(
                "PLA",
                "PLA",
                new BigDecimal("40"),
                new BigDecimal("1.24"),
                BigDecimal.ZERO,
                BigDecimal.ZERO))
        .printers(
            new Printer(
                "mk4",
                "Original Prusa MK4",
                PrintProcess.MATERIAL_EXTRUSION,
                BuildVolume.of(250, 210, 220),
                new BigDecimal("2.50"),
                Power.NONE,
                new BigDecimal("24"),
                List.of(
                    new Setting(
                        "PLA", "standard", PrinterPreset.PRUSA_MK4.profile(FilamentMaterial.PLA)))))
        .build();
  }
}
