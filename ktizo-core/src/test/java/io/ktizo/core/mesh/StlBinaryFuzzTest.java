package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as binary STL; see {@link Fuzzing}. */
class StlBinaryFuzzTest {

  static List<byte[]> seeds() {
    return List.of(
        MeshFiles.binaryStl(Solids.tetrahedron(10)), MeshFiles.binaryStl(Solids.box(3, 4, 5)));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, StlBinaryReader::read);
    measureLikeRead(file);
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 1)) {
        any_bytes_are_answered(mutant);
      }
    }
  }

  /** Measuring in one pass comes to what reading comes to. */
  private static void measureLikeRead(byte[] file) throws IOException {
    MeasuringSink sink = new MeasuringSink();
    try (Source source = Source.of(file)) {
      Budget budget = Budget.startingNow(Fuzzing.LIMITS);
      StlBinaryReader.scan(source, Fuzzing.LIMITS, budget, sink);
    } catch (RefusedException refused) {
      Fuzzing.requireSound(refused.refusal());
      return;
    }
    MeshMeasure measure = sink.measure();
    if (measure.triangles() > 0) {
      Model model =
          StlBinaryReader.read(Source.of(file), Fuzzing.LIMITS, Budget.startingNow(Fuzzing.LIMITS));
      assertThat(MeshMeasure.of(model.mesh())).isEqualTo(measure);
    }
  }
}
