package io.ktizo.core.mesh;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as binary glTF; see {@link Fuzzing}. */
class GlbFuzzTest {

  static List<byte[]> seeds() {
    return List.of(MeshFiles.glb(Solids.tetrahedron(10)), MeshFiles.glb(Solids.box(1, 2, 3)));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, GlbReader::read);
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 6)) {
        any_bytes_are_answered(mutant);
      }
    }
  }
}
