package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser: what it shows of a model and its prices, and that its own policy does
 * not stop it. Skipped without a browser, except where one is required.
 */
class FirstPageTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    boolean here = hasChromium();
    if (!Boolean.parseBoolean(System.getenv("REQUIRE_BROWSER"))) {
      assumeThat(here).as("chromium is not installed").isTrue();
    }
    assertThat(here).as("chromium is installed").isTrue();
    server = TestServer.in(Files.createDirectory(folder.resolve("data")));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void a_model_is_shown_with_its_report_and_the_prices_of_all_shops() throws Exception {
    Page page = open("/?model=" + server.modelId(StlFiles.cube(20)));

    assertThat(page.dom())
        .contains("<h2 id=\"model-title\">part.stl</h2>")
        .contains("20 × 20 × 20 mm", "8 cm³")
        .contains("Schichtwerk", "Noordlaag", "Lamina Print")
        .contains("12 instant prices, 0 for the Shops to look at.")
        .contains("How this price came about");
    assertThat(page.console()).doesNotContain("Content Security Policy").doesNotContain("Uncaught");
  }

  @Test
  void an_open_model_is_shown_with_the_reasons() throws Exception {
    Page page = open("/?model=" + server.modelId(StlFiles.openCube(20)));

    assertThat(page.dom())
        .contains("0 instant prices, 12 for the Shops to look at.")
        .contains("The surface is not closed: 3 open");
  }

  @Test
  void a_name_that_looks_like_markup_is_shown_as_text() throws Exception {
    String name = "%3Cimg%20src=x%20onerror=alert(1)%3E.stl";
    String id =
        TestServer.json(server.sendModel("?name=" + name, StlFiles.cube(20))).get("id").textValue();

    Page page = open("/?model=" + id);

    assertThat(page.dom())
        .contains("&lt;img src=x onerror=alert(1)&gt;.stl</h2>")
        .doesNotContain("<img src=\"x\"");
  }

  @Test
  void a_model_that_is_gone_is_said_to_be() throws Exception {
    Page page = open("/?model=model_0199a3c2-7d1e-7b3a-9c51-0f4e6d2b8a17");

    assertThat(page.dom()).contains("There is no such model.").contains("model.not-found");
  }

  private record Page(String dom, String console) {}

  private static Page open(String path) throws Exception {
    Path profile = Files.createTempDirectory(folder, "browser");
    Path dom = profile.resolve("dom.html");
    Path console = profile.resolve("console.txt");
    Process browser =
        new ProcessBuilder(
                List.of(
                    "chromium",
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--enable-logging=stderr",
                    "--user-data-dir=" + profile.resolve("profile"),
                    "--virtual-time-budget=20000",
                    "--dump-dom",
                    server.uri(path).toString()))
            .redirectOutput(dom.toFile())
            .redirectError(console.toFile())
            .start();
    try {
      assertThat(browser.waitFor(90, TimeUnit.SECONDS)).as("the browser has ended").isTrue();
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly();
    }
    return new Page(
        Files.readString(dom), new String(Files.readAllBytes(console), StandardCharsets.UTF_8));
  }

  private static boolean hasChromium() throws InterruptedException {
    try {
      return new ProcessBuilder("chromium", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }
}
