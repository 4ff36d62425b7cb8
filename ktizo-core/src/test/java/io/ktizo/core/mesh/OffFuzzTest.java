package io.ktizo.core.mesh;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as Object File Format; see {@link Fuzzing}. */
class OffFuzzTest {
  private static final String ODD_FORM =
      """
      COFF
      # a comment

      4 2 # counts
      0
      0 0 0 0 0 255 255
      10 0 0 255 255 255 255
      10 10 0 0 0 0 0
      0 10 0 1 1 1 1

      4 0 1 2 3 0.5 0.5 0.5
      3 0 2 1
      """;

  static List<byte[]> seeds() {
    return List.of(
        MeshFiles.off(Solids.tetrahedron(10)), ODD_FORM.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, (source, limits, budget) -> OffReader.read(source.asText(), limits, budget));
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 5)) {
        any_bytes_are_answered(mutant);
      }
    }
  }
}
