package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is printed where, and with which exit code. */
class CommandsTest {
  private static final String PROFILE =
      """
      layer_height = 0.2
      first_layer_height = 0.2
      nozzle_diameter = 0.4
      filament_density = 1.25
      filament_diameter = 1.75
      fill_density = 100%
      fill_pattern = rectilinear
      skirts = 0
      """;

  @TempDir Path folder;
  private Path profile;

  @BeforeEach
  void make_a_profile() throws IOException {
    profile = folder.resolve("profile.ini");
    Files.writeString(profile, PROFILE);
  }

  private record Run(int code, List<String> out, List<String> err) {}

  private static Run run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands =
        Ktizo.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    int code = commands.execute(words.toArray(String[]::new));
    return new Run(code, out.toString().lines().toList(), err.toString().lines().toList());
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static JsonNode json(String line) throws IOException {
    return JsonMapper.builder().build().readTree(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "serve", "estimate", "check", "key"})
  void help_is_everywhere_and_names_the_exit_codes(String command) {
    Run run = command.isEmpty() ? run("--help") : run(command, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(String.join("\n", run.out())).contains("Usage: ktizo", "Exit codes:");
  }

  @Test
  void every_command_is_told_by_the_first_help() {
    String help = String.join("\n", run("--help").out());

    assertThat(Ktizo.commandLine().getSubcommands()).isNotEmpty();
    assertThat(Ktizo.commandLine().getSubcommands().keySet())
        .allSatisfy(name -> assertThat(help).contains(name));
  }

  @Test
  void the_version_is_told() {
    assertThat(run("--version").out().getFirst()).matches("ktizo \\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void calling_it_wrongly_is_one_line_on_stderr_and_exit_code_2() throws IOException {
    Path cube = file("cube.stl", StlFiles.cube(20));
    Path broken = Files.writeString(folder.resolve("broken.ini"), "layer_height = tall\n");
    for (Run run :
        List.of(
            run(),
            run("print"),
            run("estimate"),
            run("estimate", "--profile", profile),
            run("estimate", "--profile", profile, "--colour", cube),
            run("estimate", "--profile", folder.resolve("none.ini"), cube),
            run("estimate", "--profile", broken, cube),
            run("estimate", "--profile", cube, cube),
            run("estimate", "--profile", profile, "--unit", "LEAGUE", cube),
            run("estimate", "--profile", profile, "--scale", "0", cube),
            run("estimate", "--profile", profile, "--threads", "-1", cube),
            run("serve", "--port", "http"),
            run("serve", "--port", "65536"),
            run("serve", "--set", "web.prot=1"),
            run("serve", "--config", folder.resolve("none.yaml")),
            run("key"))) {
      assertThat(run.code()).as(run.toString()).isEqualTo(2);
      assertThat(run.err()).as(run.toString()).hasSize(1);
      assertThat(run.err().getFirst()).startsWith("ktizo").contains("--help");
      assertThat(run.out()).isEmpty();
    }
  }

  @Test
  void a_check_of_the_first_run_finds_no_error() {
    Run run = run("check");

    assertThat(run.code()).isZero();
    assertThat(run.out()).anyMatch(line -> line.startsWith("warning mode.demo"));
  }

  @Test
  void a_check_for_production_tells_each_error_and_fails() throws IOException {
    Run run = run("check", "--json", "--set", "mode=production");

    assertThat(run.code()).isEqualTo(1);
    for (String line : run.out()) {
      assertThat(json(line).fieldNames())
          .toIterable()
          .containsExactly("severity", "code", "setting", "what", "mend");
    }
    assertThat(run.out()).anyMatch(line -> line.contains("\"database.embedded\""));
  }

  @Test
  void a_check_of_settings_that_cannot_be_read_tells_where() throws IOException {
    Path settings = Files.writeString(folder.resolve("k.yaml"), "web:\n  prot: 1\nmode: x\n");
    Run run = run("check", "--config", settings);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).hasSize(2).anyMatch(line -> line.contains("k.yaml:2"));
  }

  @Test
  void production_does_not_start_on_errors() {
    Run run = run("serve", "--port", "0", "--set", "mode=production");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).anyMatch(line -> line.startsWith("error payments.sandbox"));
    assertThat(run.out()).isEmpty();
  }

  @Test
  void a_key_is_made_and_rotated() {
    Path keys = folder.resolve("box.keys");

    assertThat(run("key", keys).code()).isZero();
    assertThat(run("key", keys).code()).isZero();
    assertThat(keys).content().matches("(?s)\\S+\\.2=\\S{44}\n\\S+=\\S{44}\n");
    assertThat(run("key", profile).code()).isEqualTo(1);
    assertThat(profile).hasContent(PROFILE);
  }

  @Test
  void each_file_is_one_line_of_json_in_the_order_given() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int side = 30; side >= 10; side -= 2) {
      files.add(file("cube" + side + ".stl", StlFiles.cube(side)));
    }
    List<Object> arguments = new ArrayList<>(List.of("estimate", "--json", "--profile", profile));
    arguments.addAll(files);

    Run run = run(arguments.toArray());

    assertThat(run.code()).isZero();
    assertThat(run.out()).hasSameSizeAs(files);
    for (int i = 0; i < files.size(); i++) {
      JsonNode line = json(run.out().get(i));
      double side = 30 - 2 * i;
      assertThat(line.get("file").textValue()).isEqualTo(files.get(i).toString());
      assertThat(line.get("closed").booleanValue()).isTrue();
      assertThat(line.get("volumeMm3").doubleValue()).isCloseTo(side * side * side, within(1e-6));
      assertThat(line.get("areaMm2").doubleValue()).isCloseTo(6 * side * side, within(1e-6));
      assertThat(line.get("layers").intValue()).isEqualTo((int) (side * 5));
      // Printed solid, a part is made of about its own volume.
      assertThat(line.get("filamentMm3").doubleValue() / (side * side * side)).isBetween(0.9, 1.1);
      assertThat(line.get("filamentGrams").doubleValue())
          .isCloseTo(line.get("filamentMm3").doubleValue() * 1.25 / 1000, within(1e-9));
      assertThat(line.get("timeSeconds").doubleValue()).isPositive();
      assertThat(line.get("cpuMillis").doubleValue()).isPositive();
      assertThat(line.has("refusal")).isFalse();
    }
  }

  @Test
  void a_refused_file_says_why_and_does_not_stop_the_others() throws IOException {
    Path cut = file("cut.stl", Arrays.copyOf(StlFiles.cube(20), 300));
    Path cube = file("cube.stl", StlFiles.textCube(20));
    Path none = folder.resolve("none.stl");

    Run run = run("estimate", "--json", "--profile", profile, cut, none, folder, cube);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).hasSize(4);
    assertThat(json(run.out().get(0)).at("/refusal/code").textValue()).startsWith("mesh.");
    assertThat(json(run.out().get(0)).at("/refusal/message").textValue()).isNotBlank();
    assertThat(json(run.out().get(0)).has("volumeMm3")).isFalse();
    assertThat(json(run.out().get(1)).at("/refusal/code").textValue()).isEqualTo("file.not-found");
    assertThat(json(run.out().get(2)).at("/refusal/code").textValue()).isEqualTo("file.unreadable");
    assertThat(json(run.out().get(3)).get("closed").booleanValue()).isTrue();
  }

  @Test
  void an_open_model_is_estimated_and_called_open() throws IOException {
    Run run = run("estimate", "--json", "--profile", profile, file("a.stl", StlFiles.openCube(20)));

    assertThat(json(run.out().getFirst()).get("closed").booleanValue()).isFalse();
  }

  @Test
  void a_unit_and_a_scale_make_the_model_that_large() throws IOException {
    Path inch = file("inch.stl", StlFiles.cube(1));

    Run byUnit = run("estimate", "--json", "--unit", "INCH", "--profile", profile, inch);
    Run byScale = run("estimate", "--json", "--scale", "25.4", "--profile", profile, inch);

    assertThat(json(byUnit.out().getFirst()).get("volumeMm3").doubleValue())
        .isCloseTo(25.4 * 25.4 * 25.4, within(0.01));
    assertThat(json(byScale.out().getFirst()).get("filamentMm3"))
        .isEqualTo(json(byUnit.out().getFirst()).get("filamentMm3"));
  }

  @Test
  void without_json_there_is_a_table_for_people() throws IOException {
    Run run =
        run(
            "estimate",
            "--profile",
            profile,
            file("cube.stl", StlFiles.cube(20)),
            file("text.stl", "no model".getBytes(StandardCharsets.US_ASCII)));

    assertThat(run.out()).hasSize(3);
    assertThat(run.out().get(0)).contains("file", "closed", "filament g", "time", "layers");
    assertThat(run.out().get(1)).contains("cube.stl", "yes", "8.00", "24.0", "100");
    assertThat(run.out().get(2)).contains("refused", "mesh.unknown-format");
  }

  @Test
  void settings_that_nobody_knows_are_told_on_stderr() throws IOException {
    Files.writeString(profile, PROFILE + "warp_drive = 9\nironing = 1\n");

    Run run = run("estimate", "--json", "--profile", profile, file("a.stl", StlFiles.cube(20)));

    assertThat(run.code()).isZero();
    assertThat(run.err()).anyMatch(line -> line.contains("unknown") && line.contains("warp_drive"));
    assertThat(run.err()).anyMatch(line -> line.contains("left out") && line.contains("ironing"));
  }
}
