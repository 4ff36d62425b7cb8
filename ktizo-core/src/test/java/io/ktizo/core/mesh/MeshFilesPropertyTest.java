package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;

/** The same geometry in every format, and numbers as the JDK reads them. */
class MeshFilesPropertyTest {

  @Property(tries = 60)
  void every_format_gives_the_same_triangles_to_the_bit(@ForAll("meshes") Mesh mesh)
      throws IOException {
    List<List<Float>> triangles = triangles(mesh);
    for (Map.Entry<String, byte[]> file : MeshFiles.inEveryFormat(mesh).entrySet()) {
      Mesh read = read(file.getKey(), file.getValue());
      assertThat(triangles(read)).as(file.getKey()).isEqualTo(triangles);
    }
  }

  @Property(tries = 60)
  void every_format_gives_the_same_report(@ForAll("meshes") Mesh mesh) throws IOException {
    MeshReport report = MeshReport.of(read("binary STL", MeshFiles.binaryStl(mesh)));
    for (Map.Entry<String, byte[]> file : MeshFiles.inEveryFormat(mesh).entrySet()) {
      MeshReport other = MeshReport.of(read(file.getKey(), file.getValue()));
      // Welded in another order only: sums differ by rounding, nothing else may.
      assertThat(other.closed()).as(file.getKey()).isEqualTo(report.closed());
      assertThat(other.oriented()).as(file.getKey()).isEqualTo(report.oriented());
      assertThat(other.edges()).as(file.getKey()).isEqualTo(report.edges());
      assertThat(other.shellCount()).as(file.getKey()).isEqualTo(report.shellCount());
      assertThat(other.flaws()).as(file.getKey()).isEqualTo(report.flaws());
      assertThat(other.bounds()).as(file.getKey()).isEqualTo(report.bounds());
    }
  }

  @Property(tries = 60)
  void measuring_in_one_pass_agrees_with_the_report(@ForAll("meshes") Mesh mesh) {
    MeshReport report = MeshReport.of(mesh);

    MeshMeasure measure = MeshMeasure.of(mesh);

    assertThat(measure.closedAndOriented()).isEqualTo(report.watertight());
    assertThat(measure.triangles()).isEqualTo(report.faces());
    assertThat(measure.area()).isCloseTo(report.area(), relativeTo(report.area()));
    assertThat(measure.sizeX()).isEqualTo(report.bounds().sizeX());
    assertThat(measure.sizeY()).isEqualTo(report.bounds().sizeY());
    assertThat(measure.sizeZ()).isEqualTo(report.bounds().sizeZ());
    if (report.watertight()) {
      assertThat(measure.volume())
          .isCloseTo(report.volume(), relativeTo(report.area() * report.bounds().diagonal()));
    }
  }

  @Property(tries = 20_000)
  void numbers_are_read_as_the_library_of_the_language_does(@ForAll("numbers") String number) {
    byte[] text = Arrays.copyOf(number.getBytes(StandardCharsets.US_ASCII), number.length() + 40);
    DecimalParser parser = new DecimalParser();

    float read = parser.parse(text, 0);

    assertThat(parser.end).isEqualTo(number.length());
    assertThat(Float.floatToRawIntBits(read))
        .as(number)
        .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(number)));
  }

  private static Offset<Double> relativeTo(double size) {
    return Offset.offset(1e-9 * size);
  }

  private static Mesh read(String format, byte[] file) throws IOException {
    MeshReading reading = MeshReader.withLimits(MeshLimits.DEFAULT).read(file);
    assertThat(reading).as(format).isInstanceOf(MeshReading.Accepted.class);
    return ((MeshReading.Accepted) reading).model().mesh();
  }

  /** The nine coordinates of each triangle. */
  private static List<List<Float>> triangles(Mesh mesh) {
    List<List<Float>> triangles = new ArrayList<>();
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      List<Float> coordinates = new ArrayList<>();
      for (int corner = 0; corner < 3; corner++) {
        int vertex = mesh.vertex(triangle, corner);
        coordinates.addAll(List.of(mesh.x(vertex), mesh.y(vertex), mesh.z(vertex)));
      }
      triangles.add(coordinates);
    }
    return triangles;
  }

  /** Turned, moved, shuffled, of any size; some with a hole. */
  @Provide
  Arbitrary<Mesh> meshes() {
    return Arbitraries.longs()
        .map(
            seed -> {
              Random random = new Random(seed);
              Mesh body =
                  switch (random.nextInt(3)) {
                    case 0 -> Solids.box(30, 20, 10);
                    case 1 -> Solids.icosphere(5, 1);
                    default -> Solids.torus(12, 3, 12, 8);
                  };
              body = Solids.rotated(body, random.nextDouble(), random.nextDouble(), 3);
              body = Solids.moved(body, 100 * random.nextGaussian(), random.nextGaussian(), 7);
              body = body.scaled(Math.pow(10, random.nextInt(6) - 3));
              body = random.nextInt(4) == 0 ? Solids.withoutFace(body, 3) : body;
              return Solids.shuffled(body, seed);
            });
  }

  /** As programs write them, and on purpose near to what is hard to round. */
  @Provide
  Arbitrary<String> numbers() {
    return Arbitraries.longs()
        .map(
            seed -> {
              Random random = new Random(seed);
              float value = Float.intBitsToFloat(random.nextInt());
              if (!Float.isFinite(value) || random.nextBoolean()) {
                value = (float) (1000 * random.nextGaussian());
              }
              double between = value + (double) Math.nextUp(value);
              return switch (random.nextInt(9)) {
                case 0 -> Float.toString(value);
                case 1 -> String.format(Locale.ROOT, "%e", value);
                case 2 -> String.format(Locale.ROOT, "%.8e", value);
                case 3 ->
                    String.format(Locale.ROOT, "%." + random.nextInt(20) + "e", (double) value);
                case 4 ->
                    String.format(
                        Locale.ROOT, "%." + random.nextInt(12) + "f", 1000 * random.nextGaussian());
                case 5 -> Double.toString(between / 2);
                case 6 -> new BigDecimal(between / 2).toPlainString();
                case 7 -> "+" + random.nextInt(100_000) + "." + random.nextLong(Long.MAX_VALUE);
                default -> "-." + random.nextInt(1000) + "E" + (random.nextInt(60) - 30);
              };
            })
        .filter(number -> number.length() < DecimalParser.LONGEST);
  }
}
