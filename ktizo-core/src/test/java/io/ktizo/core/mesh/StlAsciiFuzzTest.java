package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as ASCII STL; see {@link Fuzzing}. */
class StlAsciiFuzzTest {
  private static final String ODD_FORM =
      """
      SOLID of many names
      FACET NORMAL nan 0 1
      OUTER LOOP VERTEX 0 0 0	VERTEX 1.5 +0. .5e1 VERTEX 123456789.25 -1e-3 12345678901234567890
      ENDLOOP ENDFACET
      endsolid
      solid
      endsolid
      solid next
      facet normal 0 0 0\r outer loop\r vertex 0 0 0\r vertex 1 0 0\r vertex 0 1 0\r endloop\r endfacet\r
      """;

  static List<byte[]> seeds() {
    return List.of(
        MeshFiles.asciiStl(Solids.tetrahedron(10)), ODD_FORM.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, StlTextReader::read);
    measureLikeRead(file);
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 2)) {
        any_bytes_are_answered(mutant);
      }
    }
  }

  /** Measuring in one pass comes to what reading comes to. */
  private static void measureLikeRead(byte[] file) throws IOException {
    MeasuringSink sink = new MeasuringSink();
    try (Source source = Source.of(file)) {
      Budget budget = Budget.startingNow(Fuzzing.LIMITS);
      StlTextReader.scan(source, Fuzzing.LIMITS, budget, sink);
    } catch (RefusedException refused) {
      Fuzzing.requireSound(refused.refusal());
      return;
    }
    MeshMeasure measure = sink.measure();
    if (measure.triangles() > 0) {
      Model model =
          StlTextReader.read(Source.of(file), Fuzzing.LIMITS, Budget.startingNow(Fuzzing.LIMITS));
      assertThat(MeshMeasure.of(model.mesh())).isEqualTo(measure);
    }
  }
}
