package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.mesh.Mesh;
import org.junit.jupiter.api.Test;

class LayerEstimatorTest {
  private final LayerEstimator estimator = new LayerEstimator();

  @Test
  void a_solid_cube_takes_its_volume() {
    PrintEstimate estimate =
        estimator.estimate(
            Shapes.box(20, 20, 20), profile("fill_density = 100%\ninfill_overlap = 0%"));

    // Lines leave out the sliver beside the outermost perimeter: half of (width - spacing).
    double sliver = 0.2 * (1 - Math.PI / 4) / 2;
    double printed = (20 - 2 * sliver) * (20 - 2 * sliver) * 20;
    assertThat(estimate.filamentMm3()).isEqualTo(printed, within(0.01 * printed));
    assertThat(estimate.layers()).isEqualTo(100);
  }

  @Test
  void what_has_no_volume_is_refused() {
    Mesh nothing = Mesh.of(new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0}, new int[] {0, 1, 2});

    assertThatThrownBy(() -> estimator.estimate(nothing, profile("perimeters = 2")))
        .isInstanceOf(EstimationFailedException.class);
  }

  private static PrintProfile profile(String more) {
    String text =
        "layer_height = 0.2\nfirst_layer_height = 0.2\nextrusion_width = 0.45\nskirts = 0\n";
    ProfileReading reading = PrusaSlicerProfile.read("test", text + more + "\n");
    assertThat(reading).isInstanceOf(ProfileReading.Accepted.class);
    return ((ProfileReading.Accepted) reading).profile();
  }
}
