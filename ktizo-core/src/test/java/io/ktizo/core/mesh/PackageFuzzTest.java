package io.ktizo.core.mesh;

import static io.ktizo.core.mesh.TestPackages.box;
import static io.ktizo.core.mesh.TestPackages.component;
import static io.ktizo.core.mesh.TestPackages.components;
import static io.ktizo.core.mesh.TestPackages.item;
import static io.ktizo.core.mesh.TestPackages.model;
import static io.ktizo.core.mesh.TestPackages.object;
import static io.ktizo.core.mesh.TestPackages.parts;
import static io.ktizo.core.mesh.TestPackages.zip;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever the bytes are, a reader answers with a model or a refusal, and a model is sound. The
 * fuzz targets run for long under the build's fuzz profile; the tests below them throw some
 * thousand mutants at the same targets in every build, always the same ones.
 */
class PackageFuzzTest {
  private static final MeshLimits LIMITS =
      new MeshLimits(1 << 20, 1 << 22, 200, 100, 10_000, 32, Duration.ofSeconds(2));
  private static final int MUTANTS = 3_000;

  private static final String MODEL =
      model(
          box(1, 1, 2, 3)
              + "<m:colorgroup id=\"7\"><m:color color=\"#FFEEDD\"/></m:colorgroup>"
              + object(2, "pid=\"7\" pindex=\"0\"", components(component(1), component(1))),
          item(2, "transform=\"1 0 0 0 1 0 0 0 1 5 5 5\" printable=\"1\""));
  private static final String SLICER_CONFIG =
      """
      <config><object id="1"><volume firstid="3" lastid="5">
      <metadata type="volume" key="volume_type" value="NegativeVolume"/></volume></object></config>
      """;
  private static final String AMF =
      """
      <amf unit="inch"><object id="1"><mesh><vertices>
      <vertex><coordinates><x>0</x><y>0</y><z>0</z></coordinates></vertex>
      <vertex><coordinates><x>1</x><y>0</y><z>0</z></coordinates></vertex>
      <vertex><coordinates><x>0</x><y>1e0</y><z>0</z></coordinates></vertex>
      <vertex><coordinates><x>0</x><y>0</y><z>1</z></coordinates></vertex></vertices>
      <volume><triangle><v1>0</v1><v2>2</v2><v3>1</v3></triangle>
      <triangle><v1>0</v1><v2>1</v2><v3>3</v3></triangle></volume></mesh></object>
      <constellation id="2"><instance objectid="1"><deltax>4</deltax><rz>30</rz></instance>
      </constellation></amf>
      """;

  @FuzzTest
  void any_bytes_as_the_model_of_a_package(byte[] document) throws IOException {
    String text = new String(document, StandardCharsets.ISO_8859_1);
    readSoundly(zip(parts(text)));
  }

  @FuzzTest
  void any_bytes_as_an_amf_file(byte[] document) throws IOException {
    Source source = Source.of(document);
    try {
      requireSound(AmfReader.read(source, LIMITS, Budget.startingNow(LIMITS)));
    } catch (RefusedException refused) {
      requireSound(refused.refusal());
    }
  }

  @FuzzTest
  void any_bytes_as_a_zip_file(byte[] file) throws IOException {
    long inflated = 0;
    try {
      ZipPackage zip = ZipPackage.open(Source.of(file), LIMITS, Budget.startingNow(LIMITS));
      for (ZipPackage.Entry entry : zip.files()) {
        try (InputStream content = zip.open(entry)) {
          inflated += content.readAllBytes().length;
        }
      }
    } catch (RefusedException refused) {
      requireSound(refused.refusal());
    }
    assertThat(inflated).isLessThanOrEqualTo(LIMITS.inflatedBytes());
  }

  @Test
  void mutants_of_a_model_document_are_answered() throws IOException {
    for (byte[] mutant : mutants(MODEL.getBytes(StandardCharsets.UTF_8), 1)) {
      any_bytes_as_the_model_of_a_package(mutant);
    }
  }

  @Test
  void mutants_of_an_amf_file_are_answered() throws IOException {
    for (byte[] mutant : mutants(AMF.getBytes(StandardCharsets.UTF_8), 2)) {
      any_bytes_as_an_amf_file(mutant);
    }
  }

  @Test
  void mutants_of_a_package_are_answered() throws IOException {
    Map<String, String> parts = parts(MODEL);
    parts.put("Metadata/Slic3r_PE_model.config", SLICER_CONFIG);
    for (byte[] mutant : mutants(zip(parts), 3)) {
      any_bytes_as_a_zip_file(mutant);
      readSoundly(mutant);
    }
  }

  private static void readSoundly(byte[] file) throws IOException {
    switch (MeshReader.withLimits(LIMITS).read(file)) {
      case MeshReading.Accepted accepted -> requireSound(accepted.model());
      case MeshReading.Refused refused -> requireSound(refused.refusal());
    }
  }

  private static void requireSound(Model model) {
    assertThat(model.mesh().triangleCount()).isBetween(1, LIMITS.triangles());
    for (float coordinate : model.mesh().positions()) {
      assertThat(Float.isFinite(coordinate)).isTrue();
    }
  }

  private static void requireSound(Refusal refusal) {
    assertThat(refusal.message()).endsWith(".").hasSizeLessThan(250);
    assertThat(refusal.location()).hasSizeLessThan(150);
  }

  /** Bytes changed, runs deleted, doubled or moved: always the same for the same seed. */
  private static List<byte[]> mutants(byte[] original, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, MUTANTS).mapToObj(i -> mutant(original.clone(), random)).toList();
  }

  private static byte[] mutant(byte[] bytes, Random random) {
    byte[] mutant = bytes;
    for (int step = random.nextInt(4); step >= 0; step--) {
      int at = random.nextInt(mutant.length);
      int length = Math.min(random.nextInt(40), mutant.length - at);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> mutant = spliced(mutant, at, length, 0);
        default -> mutant = spliced(mutant, at, length, 2);
      }
      if (mutant.length == 0) {
        return mutant;
      }
    }
    return mutant;
  }

  /** The bytes with a run of them written so many times instead of once. */
  private static byte[] spliced(byte[] bytes, int at, int length, int times) {
    byte[] result = Arrays.copyOf(bytes, bytes.length + (times - 1) * length);
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, at, result, at + i * length, length);
    }
    System.arraycopy(bytes, at + length, result, at + times * length, bytes.length - at - length);
    return result;
  }
}
