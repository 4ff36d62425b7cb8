package io.ktizo.core.mesh;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as Wavefront OBJ; see {@link Fuzzing}. */
class ObjFuzzTest {
  private static final String ODD_FORM =
      """
      mtllib a b.mtl
      v 0 0 0 0.5 0.5 0.5
      v 10 0 0
      v 10 10 0
      v 5 2 0
      v 0 10 \\
        0
      vt 0 0
      vn 0 0 1
      g one two
      f 1/1/1 2/1/1 3/1/1 4//1 5
      o next
      f -5 -4 -3
      l 1 2
      p 1
      """;

  static List<byte[]> seeds() {
    return List.of(
        MeshFiles.obj(Solids.tetrahedron(10)), ODD_FORM.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, (source, limits, budget) -> ObjReader.read(source.asText(), limits, budget));
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 3)) {
        any_bytes_are_answered(mutant);
      }
    }
  }
}
