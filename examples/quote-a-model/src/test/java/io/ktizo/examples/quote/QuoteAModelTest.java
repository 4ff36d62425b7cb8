package io.ktizo.examples.quote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.core.quote.PriceList;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuoteAModelTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("ktizo.root"), "examples");
  private static final Path SHOP = EXAMPLES.resolve("quote-a-model/shop.json");

  @TempDir private Path directory;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void a_cube_gets_a_price_for_each_printer_and_material_with_thumbnail_and_derivation()
      throws IOException {
    assertThat(quote(aCubeOf(20), 3)).isZero();

    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).first().asString().startsWith("unit: MILLIMETRE, 0.9");
    assertThat(lines).contains("mk4, PLA:", "mk4, PETG:", "mk3s, PLA:");
    assertThat(lines).filteredOn(line -> line.startsWith("  total EUR ")).hasSize(3);
    for (int i = 1; i <= 3; i++) {
      assertThat(directory.resolve("derivation-" + i + ".json")).isNotEmptyFile();
    }
    // The signature of PNG (ISO/IEC 15948, 5.2).
    assertThat(Arrays.copyOf(Files.readAllBytes(directory.resolve("thumbnail.png")), 8))
        .isEqualTo(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
  }

  @Test
  void anybody_can_compute_the_price_again() throws IOException, InterruptedException {
    assumeTrue(onPath("node"), "Node is not installed here");
    quote(aCubeOf(20), 12);
    List<String> command = new ArrayList<>();
    command.add("node");
    command.add(EXAMPLES.resolve("quote-replayer/replay.mjs").toString());
    for (int i = 1; i <= 3; i++) {
      command.add(directory.resolve("derivation-" + i + ".json").toString());
    }
    Process replay = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(replay.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(replay.waitFor()).as(said).isZero();
    assertThat(said).contains("ok");
  }

  @Test
  void what_cannot_be_priced_says_why() throws IOException {
    assertThat(quote(aCubeOf(400), 1)).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("The part measures 400.0");

    printed.reset();
    Path file = Files.writeString(directory.resolve("letter.txt"), "Dear Shop,");
    assertThat(quote(file, 1)).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8)).isNotBlank();
  }

  @Test
  void a_shop_may_bring_its_own_profile() throws IOException {
    Files.writeString(directory.resolve("fine.ini"), "layer_height = 0.1\nnozzle_diameter = 0.4\n");
    Path file = directory.resolve("shop.json");
    Files.writeString(
        file,
        Files.readString(SHOP)
            .replace(
                "\"preset\": \"PRUSA_MK4\"",
                "\"preset\": \"PRUSA_MK4\", \"profile\": \"fine.ini\""));

    PriceList list = ShopFile.read(file);

    assertThat(list.printers().getFirst().settings().getFirst().profile().layers().height())
        .isEqualTo(0.1);
  }

  @Test
  void a_shop_with_a_missing_field_is_refused() throws IOException {
    Path file = directory.resolve("shop.json");
    Files.writeString(file, Files.readString(SHOP).replace("\"vat\"", "\"tax\""));

    assertThatThrownBy(() -> ShopFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vat");
  }

  private int quote(Path file, int copies) throws IOException {
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      return QuoteAModel.quote(file, ShopFile.read(SHOP), copies, directory, out);
    }
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  /** As Wavefront OBJ: faces counter-clockwise from outside. */
  private Path aCubeOf(int side) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int v = 0; v < 8; v++) {
      text.append("v %d %d %d%n".formatted(v % 2 * side, v / 2 % 2 * side, v / 4 * side));
    }
    text.append("f 1 3 4 2\nf 5 6 8 7\nf 1 2 6 5\nf 3 7 8 4\nf 1 5 7 3\nf 2 4 8 6\n");
    return Files.writeString(directory.resolve("cube" + side + ".obj"), text);
  }
}
