package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Guards the accuracy on parts that are quick to estimate; {@link EstimatorAccuracyReport} takes
 * all of them. The bounds are the goals, with room for a sample of a dozen.
 */
class LayerEstimatorCorpusTest {
  /** A part in so many, smallest first by the slicer's own effort. */
  private static final int PARTS = 14;

  private static final double HEAVIEST_SECONDS = 4;

  @ParameterizedTest
  @CsvSource({
    "A, 0.015, 0.030, 0.03, 0.10",
    "B, 0.015, 0.030, 0.05, 0.12",
    "C, 0.040, 0.120, 0.04, 0.12",
    "coarse, 0.02, 0.05, 0.05, 0.13",
    "fast, 0.02, 0.05, 0.08, 0.15",
    "supported, 0.05, 0.12, 0.12, 0.22"
  })
  void estimates_agree_with_the_slicer(
      String profile, double filament, double mostFilament, double time, double mostTime)
      throws IOException {
    Reference.assumeCorpus();
    List<Double> filamentErrors = new ArrayList<>();
    List<Double> timeErrors = new ArrayList<>();
    LayerEstimator estimator = new LayerEstimator();
    PrintProfile settings = Reference.profile(profile);
    for (Reference.Answer answer : sample(profile)) {
      PrintEstimate estimate = estimator.estimate(Reference.mesh(answer.file()), settings);
      filamentErrors.add(Math.abs(estimate.filamentMm3() / answer.filamentMm3() - 1));
      timeErrors.add(Math.abs(estimate.time().toMillis() / 1000.0 / answer.seconds() - 1));
    }

    assertThat(filamentErrors).hasSizeGreaterThan(8);
    assertThat(Errors.quantile(filamentErrors, 0.5)).as("filament").isLessThan(filament);
    assertThat(Errors.quantile(filamentErrors, 0.8)).as("filament p80").isLessThan(mostFilament);
    assertThat(Errors.quantile(timeErrors, 0.5)).as("time").isLessThan(time);
    assertThat(Errors.quantile(timeErrors, 0.8)).as("time p80").isLessThan(mostTime);
  }

  @Test
  void layers_are_as_many_as_the_slicers_on_plates_of_half_layers() throws IOException {
    Reference.assumeCorpus();
    PrintProfile profile = Reference.profile("A");

    // The slicer's own counts, from its table: faces of these lie just in a layer's middle.
    assertThat(layers("3d-printing__spacer_bar_200x30x12.5mm.stl", profile)).isEqualTo(63);
    assertThat(layers("Voron-0__A_Drive_Frame_Upper_x1.stl", profile)).isEqualTo(113);
    assertThat(layers("3d-printing__2020-cable-ziptie-mount-vertical-fins.stl", profile))
        .isEqualTo(68);
  }

  private static int layers(String file, PrintProfile profile) throws IOException {
    return new LayerEstimator().estimate(Reference.mesh(file), profile).layers();
  }

  private static List<Reference.Answer> sample(String profile) throws IOException {
    List<Reference.Answer> light =
        Reference.answers(profile).stream()
            .filter(answer -> answer.cpuSeconds() < HEAVIEST_SECONDS)
            .toList();
    List<Reference.Answer> sample = new ArrayList<>();
    for (int i = 0; i < light.size(); i += Math.max(1, light.size() / PARTS)) {
      sample.add(light.get(i));
    }
    return sample;
  }
}
