package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.mesh.Mesh;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ThumbnailTest {
  private static final Thumbnail.Look PLAIN = Thumbnail.Look.DEFAULT.withoutShadow();
  private static final double PADDING = 0.06;

  @Test
  void the_png_is_what_another_decoder_reads_pixel_by_pixel() throws IOException {
    Thumbnail thumbnail =
        Thumbnail.of(Shapes.sphere(10, 48), Thumbnail.Look.DEFAULT.sized(201, 97), List.of());

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(thumbnail.png()));

    assertThat(image.getWidth()).isEqualTo(201);
    assertThat(image.getHeight()).isEqualTo(97);
    for (int y = 0; y < 97; y++) {
      for (int x = 0; x < 201; x++) {
        assertThat(image.getRGB(x, y)).isEqualTo(thumbnail.argb(x, y));
      }
    }
  }

  @Test
  void a_sphere_covers_the_disc_that_fits_between_the_paddings() {
    Thumbnail thumbnail = Thumbnail.of(Shapes.sphere(10, 256), PLAIN, List.of());

    double radius = 512 * (0.5 - PADDING);
    assertThat(coverage(thumbnail)).isCloseTo(Math.PI * radius * radius, share(0.01));
  }

  @Test
  void a_cube_from_the_front_covers_a_square() {
    Thumbnail thumbnail = Thumbnail.of(Shapes.box(20, 20, 20), PLAIN.from(0, 0), List.of());

    double edge = 512 * (1 - 2 * PADDING);
    assertThat(coverage(thumbnail)).isCloseTo(edge * edge, share(0.01));
  }

  @Test
  void a_cube_along_its_diagonal_covers_a_regular_hexagon() {
    double magicElevation = Math.toDegrees(Math.atan(1 / Math.sqrt(2)));
    Thumbnail thumbnail =
        Thumbnail.of(Shapes.box(20, 20, 20), PLAIN.from(45, magicElevation), List.of());

    // The hexagon stands on a corner: its height is two sides.
    double side = 512 * (1 - 2 * PADDING) / 2;
    assertThat(coverage(thumbnail)).isCloseTo(1.5 * Math.sqrt(3) * side * side, share(0.01));
  }

  @Test
  void faces_that_share_edges_leave_no_crack_between_them() {
    Thumbnail thumbnail = Thumbnail.of(Shapes.sphere(10, 256), PLAIN, List.of());

    double radius = 512 * (0.5 - PADDING) - 3;
    for (int y = 0; y < 512; y++) {
      for (int x = 0; x < 512; x++) {
        if (Math.hypot(x + 0.5 - 256, y + 0.5 - 256) < radius) {
          assertThat(thumbnail.argb(x, y) >>> 24).isEqualTo(255);
        }
      }
    }
  }

  @Test
  void corners_of_the_picture_are_transparent() {
    for (Mesh mesh :
        List.of(Shapes.box(20, 20, 20), Shapes.box(200, 200, 1), Shapes.box(1, 1, 300))) {
      Thumbnail thumbnail = Thumbnail.of(mesh);
      assertThat(thumbnail.argb(0, 0)).isZero();
      assertThat(thumbnail.argb(511, 0)).isZero();
      assertThat(thumbnail.argb(0, 511)).isZero();
      assertThat(thumbnail.argb(511, 511)).isZero();
    }
  }

  @Test
  void the_shadow_lies_on_the_ground_beside_the_part() {
    int with = partlyTransparent(Thumbnail.of(Shapes.box(20, 20, 20)));
    int without = partlyTransparent(Thumbnail.of(Shapes.box(20, 20, 20), PLAIN, List.of()));

    assertThat(with).isGreaterThan(without + 3_000);
  }

  @Test
  void painted_faces_show_their_colour_and_others_do_not() {
    Mesh cube = Shapes.box(20, 20, 20);
    Thumbnail thumbnail =
        Thumbnail.of(cube, PLAIN, List.of(new Thumbnail.Paint(Faces.of(2, 3), 0xff0000)));

    // The top fills the upper middle, the front and the right side the lower.
    assertThat(redness(thumbnail.argb(256, 130))).isGreaterThan(100);
    assertThat(redness(thumbnail.argb(170, 340))).isLessThan(10);
    assertThat(redness(thumbnail.argb(380, 340))).isLessThan(10);
  }

  @Test
  void of_two_paints_the_later_counts_and_unknown_faces_are_ignored() {
    Mesh cube = Shapes.box(20, 20, 20);
    Thumbnail thumbnail =
        Thumbnail.of(
            cube,
            PLAIN,
            List.of(
                new Thumbnail.Paint(Faces.of(2, 3), 0x0000ff),
                new Thumbnail.Paint(Faces.of(2, 3, 4711), 0xff0000)));

    assertThat(redness(thumbnail.argb(256, 130))).isGreaterThan(100);
  }

  @Test
  void a_fine_sphere_is_shaded_without_steps() {
    Thumbnail thumbnail = Thumbnail.of(Shapes.sphere(10, 48), PLAIN, List.of());

    int largestStep = 0;
    for (int x = 60; x < 450; x++) {
      int step = (thumbnail.argb(x, 256) & 0xff) - (thumbnail.argb(x + 1, 256) & 0xff);
      largestStep = Math.max(largestStep, Math.abs(step));
    }
    assertThat(largestStep).isLessThanOrEqualTo(6);
  }

  @Test
  void the_sides_of_a_cube_differ_in_brightness() {
    Thumbnail thumbnail = Thumbnail.of(Shapes.box(20, 20, 20), PLAIN, List.of());

    int top = thumbnail.argb(256, 130) & 0xff;
    int front = thumbnail.argb(170, 340) & 0xff;
    int side = thumbnail.argb(380, 340) & 0xff;
    assertThat(top).isGreaterThan(front + 15);
    assertThat(front).isGreaterThan(side + 15);
  }

  @Test
  void the_same_mesh_gives_the_same_bytes() {
    Mesh mesh = Shapes.cup(30, 26, 40, 2, 96);

    assertThat(Thumbnail.of(mesh).png()).isEqualTo(Thumbnail.of(mesh).png());
  }

  @Test
  void meshes_without_extent_give_an_empty_picture() {
    Mesh nothing = Mesh.of(new float[0], new int[0]);
    Mesh point = Mesh.of(new float[] {5, 5, 5}, new int[] {0, 0, 0});

    assertThat(coverage(Thumbnail.of(nothing))).isZero();
    assertThat(coverage(Thumbnail.of(point))).isZero();
  }

  @Test
  void huge_and_tiny_parts_fill_the_picture_alike() {
    double large = coverage(Thumbnail.of(Shapes.box(2e30, 2e30, 2e30), PLAIN, List.of()));
    double small = coverage(Thumbnail.of(Shapes.box(2e-20, 2e-20, 2e-20), PLAIN, List.of()));
    double usual = coverage(Thumbnail.of(Shapes.box(20, 20, 20), PLAIN, List.of()));

    assertThat(large).isCloseTo(usual, share(0.001));
    assertThat(small).isCloseTo(usual, share(0.001));
  }

  @Test
  void sizes_and_colours_out_of_range_are_refused() {
    assertThatThrownBy(() -> PLAIN.sized(7, 100)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PLAIN.sized(100, 2049)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PLAIN.coloured(0x1000000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PLAIN.from(Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PLAIN.from(0, 90)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 20)
  void turning_part_and_camera_together_changes_nothing_visible(
      @ForAll @DoubleRange(min = 0, max = 360) double angle) {
    Mesh mesh = Shapes.box(30, 20, 10);
    Thumbnail.Look look = PLAIN.sized(128, 128);

    double before = coverage(Thumbnail.of(mesh, look, List.of()));
    double after =
        coverage(
            Thumbnail.of(Shapes.turned(mesh, 0, 0, angle), look.from(35 + angle, 28), List.of()));

    assertThat(after).isCloseTo(before, share(0.005));
  }

  @Property(tries = 20)
  void moving_the_part_changes_no_pixel(
      @ForAll @IntRange(min = -64, max = 64) int x, @ForAll @IntRange(min = -64, max = 64) int z) {
    Mesh mesh = Shapes.box(16, 8, 32);
    Thumbnail.Look look = Thumbnail.Look.DEFAULT.sized(64, 64);

    assertThat(Thumbnail.of(Shapes.moved(mesh, x, -x, z), look, List.of()).png())
        .isEqualTo(Thumbnail.of(mesh, look, List.of()).png());
  }

  private static double coverage(Thumbnail thumbnail) {
    double sum = 0;
    for (int y = 0; y < thumbnail.height(); y++) {
      for (int x = 0; x < thumbnail.width(); x++) {
        int pixel = thumbnail.argb(x, y);
        // Shadow is black; what has a colour is part.
        sum += (pixel & 0xffffff) == 0 ? 0 : (pixel >>> 24) / 255.0;
      }
    }
    return sum;
  }

  private static int partlyTransparent(Thumbnail thumbnail) {
    int count = 0;
    for (int y = 0; y < thumbnail.height(); y++) {
      for (int x = 0; x < thumbnail.width(); x++) {
        int alpha = thumbnail.argb(x, y) >>> 24;
        count += alpha > 0 && alpha < 255 ? 1 : 0;
      }
    }
    return count;
  }

  private static int redness(int pixel) {
    return (pixel >> 16 & 0xff) - Math.max(pixel >> 8 & 0xff, pixel & 0xff);
  }

  private static Percentage share(double share) {
    return Percentage.withPercentage(100 * share);
  }
}
