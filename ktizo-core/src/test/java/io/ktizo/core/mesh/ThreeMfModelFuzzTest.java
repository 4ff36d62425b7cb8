package io.ktizo.core.mesh;

import static io.ktizo.core.mesh.TestPackages.box;
import static io.ktizo.core.mesh.TestPackages.component;
import static io.ktizo.core.mesh.TestPackages.components;
import static io.ktizo.core.mesh.TestPackages.item;
import static io.ktizo.core.mesh.TestPackages.model;
import static io.ktizo.core.mesh.TestPackages.object;
import static io.ktizo.core.mesh.TestPackages.parts;
import static io.ktizo.core.mesh.TestPackages.zip;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the model of a 3MF package; see {@link Fuzzing}. */
class ThreeMfModelFuzzTest {
  private static final String MODEL =
      model(
          box(1, 1, 2, 3)
              + "<m:colorgroup id=\"7\"><m:color color=\"#FFEEDD\"/></m:colorgroup>"
              + object(2, "pid=\"7\" pindex=\"0\"", components(component(1), component(1))),
          item(2, "transform=\"1 0 0 0 1 0 0 0 1 5 5 5\" printable=\"1\""));

  static List<byte[]> seeds() {
    return List.of(MODEL.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(zip(parts(new String(file, StandardCharsets.ISO_8859_1))));
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 8)) {
        any_bytes_are_answered(mutant);
      }
    }
  }
}
