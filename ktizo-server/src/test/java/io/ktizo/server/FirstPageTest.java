package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private static Chromium chromium;

  @BeforeAll
  static void start() throws Exception {
    Chromium.require();
    server = TestServer.in(Files.createDirectory(folder.resolve("data")));
    chromium = Chromium.start(folder);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
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
    assertThat(page.complaints()).isEmpty();
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

  private record Page(String dom, List<String> complaints) {}

  private static Page open(String path) {
    chromium.open(server.uri(path));
    chromium.await(
        "document.querySelectorAll('#offers li').length"
            + " > 0 || !document.getElementById('problem').hidden");
    chromium.settle();
    return new Page(
        chromium.evaluate("document.documentElement.outerHTML").textValue(), chromium.complaints());
  }
}
