package io.ktizo.core.mesh;

import static io.ktizo.core.mesh.TestPackages.box;
import static io.ktizo.core.mesh.TestPackages.item;
import static io.ktizo.core.mesh.TestPackages.model;
import static io.ktizo.core.mesh.TestPackages.parts;
import static io.ktizo.core.mesh.TestPackages.zip;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a 3MF package, and as a zip file at all; see {@link Fuzzing}. */
class ThreeMfPackageFuzzTest {
  private static final String SLICER_CONFIG =
      """
      <config><object id="1"><volume firstid="3" lastid="5">
      <metadata type="volume" key="volume_type" value="NegativeVolume"/></volume></object></config>
      """;

  static List<byte[]> seeds() {
    return List.of(MeshFiles.threeMf(Solids.tetrahedron(10)), project());
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, ThreeMfReader::read);
    inflate(file);
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 9)) {
        any_bytes_are_answered(mutant);
      }
    }
  }

  /** What comes out of a zip file is never more than the limit. */
  private static void inflate(byte[] file) throws IOException {
    long inflated = 0;
    try {
      ZipPackage zip =
          ZipPackage.open(Source.of(file), Fuzzing.LIMITS, Budget.startingNow(Fuzzing.LIMITS));
      for (ZipPackage.Entry entry : zip.files()) {
        try (InputStream content = zip.open(entry)) {
          inflated += content.readAllBytes().length;
        }
      }
    } catch (RefusedException refused) {
      Fuzzing.requireSound(refused.refusal());
    }
    assertThat(inflated).isLessThanOrEqualTo(Fuzzing.LIMITS.inflatedBytes());
  }

  /** As a slicer saves it, with a volume that is not printed. */
  private static byte[] project() {
    Map<String, String> parts = parts(model(box(1, 1, 2, 3), item(1)));
    parts.put("Metadata/Slic3r_PE_model.config", SLICER_CONFIG);
    return zip(parts);
  }
}
