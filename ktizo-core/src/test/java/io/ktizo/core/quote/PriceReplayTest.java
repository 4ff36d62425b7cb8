package io.ktizo.core.quote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Quotes recomputed from their derivation documents alone, by two programs that share nothing with
 * the library: {@link DerivationReplay} and the example in Node. The latter's tests are skipped
 * where there is no Node.
 */
class PriceReplayTest {
  private static final int QUOTES = 10_000;

  /** Documents whose every field is changed; the longest ones, so that no rule is missing. */
  private static final int CHANGED = 2;

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path REPLAYER =
      Path.of(System.getProperty("ktizo.root", "."), "examples", "quote-replayer", "replay.mjs");

  private static final List<Quote> ALL = new ArrayList<>();

  @TempDir private static Path folder = Path.of("");

  @BeforeAll
  static void generate() throws IOException {
    ALL.clear();
    ALL.addAll(new RandomQuotes(20_261_125).take(QUOTES));
    try (BufferedWriter documents = Files.newBufferedWriter(documentsFile())) {
      for (Quote quote : ALL) {
        documents.write(quote.derivation().document());
        documents.newLine();
      }
    }
  }

  /** The documents of all quotes, one in each line. */
  private static Path documentsFile() {
    return folder.resolve("all.jsonl");
  }

  @Test
  void generated_quotes_use_every_rule_and_operation() {
    assertThat(ALL.stream().flatMap(quote -> quote.lines().stream()).map(Quote.Line::kind))
        .contains(Quote.Line.Kind.values());
    assertThat(
            ALL.stream()
                .flatMap(quote -> quote.derivation().steps().stream())
                .map(step -> step.operation().getClass())
                .distinct())
        .hasSize(Derivation.Operation.class.getPermittedSubclasses().length);
    assertThat(ALL.stream().map(Quote::currency).distinct()).hasSize(4);
    assertThat(new HashSet<>(ALL)).hasSize(QUOTES);
  }

  @Test
  void ten_thousand_quotes_are_recomputed_to_the_minor_unit() throws IOException {
    try (BufferedReader documents = Files.newBufferedReader(documentsFile())) {
      for (Quote quote : ALL) {
        String document = documents.readLine();
        assertThat(DerivationReplay.differences(document)).isEmpty();
        assertThat(new BigDecimal(DerivationReplay.gross(document)))
            .isEqualTo(quote.gross().getAmount());
      }
    }
  }

  @Test
  void ten_thousand_quotes_are_recomputed_to_the_minor_unit_in_node()
      throws IOException, InterruptedException {
    List<String> said = run(List.of(documentsFile().toString()));

    for (int i = 0; i < QUOTES; i++) {
      Quote quote = ALL.get(i);
      assertThat(said.get(i))
          .isEqualTo(
              "ok %d: %s %s",
              i + 1, quote.gross().getAmount().toPlainString(), quote.currency().getCode());
    }
    assertThat(said.subList(QUOTES, said.size()))
        .containsExactly("10000 documents, 0 mismatches", "exit 0");
  }

  /** Whoever changes a document can seal it anew, but not the seal that was kept with the quote. */
  @Test
  void any_changed_field_is_noticed() throws IOException {
    for (Quote quote : longest()) {
      JsonNode document = JSON.readTree(quote.derivation().document());
      String kept = quote.derivation().fingerprint();
      assertThat(DerivationReplay.seal(document)).isEqualTo(kept);
      for (JsonNode mutant : changed(document)) {
        assertThat(DerivationReplay.differences(mutant.toString())).as("%s", mutant).isNotEmpty();
        boolean sealChanged = !document.path("sha256").equals(mutant.path("sha256"));
        assertThat(sealChanged || !DerivationReplay.seal(mutant).equals(kept)).isTrue();
      }
    }
  }

  @Test
  void any_changed_field_is_noticed_in_node() throws IOException, InterruptedException {
    List<String> mutants = mutants();

    List<String> said = replayInNode(mutants);

    assertThat(said.subList(0, mutants.size()))
        .allSatisfy(line -> assertThat(line).startsWith("mismatch"));
    assertThat(said.subList(mutants.size(), said.size()))
        .containsExactly(
            mutants.size() + " documents, " + mutants.size() + " mismatches", "exit 1");
  }

  /** No seal can hide a number that does not follow from the others. */
  @Test
  void a_changed_number_is_noticed_although_the_document_was_sealed_anew()
      throws IOException, InterruptedException {
    List<String> resealed = new ArrayList<>();
    for (Quote quote : longest()) {
      JsonNode document = JSON.readTree(quote.derivation().document());
      List<JsonNode> numbers = new ArrayList<>();
      for (JsonNode step : document.get("steps")) {
        if (!step.get("op").textValue().equals("input")) {
          numbers.add(step);
        }
      }
      document.get("result").findParents("value").forEach(numbers::add);
      for (JsonNode number : numbers) {
        ObjectNode amount = (ObjectNode) number;
        JsonNode original = amount.get("value");
        BigDecimal value = new BigDecimal(original.textValue());
        BigDecimal ulp = BigDecimal.ONE.movePointLeft(Math.max(0, value.scale()));
        BigDecimal other = value.add(ulp);
        amount.put("value", other.toPlainString());
        resealed.add(sealed(document));
        amount.set("value", original);
      }
    }

    assertThat(resealed).hasSizeGreaterThan(CHANGED * 50);
    assertThat(resealed)
        .allSatisfy(text -> assertThat(DerivationReplay.differences(text)).isNotEmpty());
    assertThat(replayInNode(resealed).subList(0, resealed.size()))
        .allSatisfy(line -> assertThat(line).startsWith("mismatch").doesNotContain("sha256"));
  }

  @Test
  void the_replayer_in_node_refuses_nonsense() throws IOException, InterruptedException {
    JsonNode good = JSON.readTree(ALL.getFirst().derivation().document());
    List<String> nonsense =
        new ArrayList<>(
            List.of(
                "null",
                "[]",
                "{}",
                "\"text\"",
                "12",
                "not JSON",
                "{\"format\":",
                good.toString().substring(0, 500)));
    nonsense.add(with(good, "format", "\"ktizo-derivation/2\""));
    nonsense.add(with(good, "steps", "[]"));
    nonsense.add(with(good, "steps", "7"));
    nonsense.add(with(good, "steps", "[null]"));
    nonsense.add(with(good, "result", "null"));
    nonsense.add(with(good, "quote", "null"));
    for (String step :
        List.of(
            "{\"op\":\"toString\",\"args\":[]}",
            "{\"op\":\"add\",\"args\":[\"later\"]}",
            "{\"op\":\"add\",\"args\":[\"__proto__\"]}",
            "{\"op\":\"subtract\",\"args\":[\"1\"]}",
            "{\"op\":\"divide\",\"args\":[\"1\",\"0\"],\"increment\":\"1\",\"mode\":\"UP\"}",
            "{\"op\":\"round\",\"args\":[\"1\"],\"increment\":\"0\",\"mode\":\"UP\"}",
            "{\"op\":\"round\",\"args\":[\"1\"],\"increment\":\"1\",\"mode\":\"SIDEWAYS\"}",
            "{\"op\":\"share\",\"args\":[\"1\"],\"weights\":[],\"index\":0,\"increment\":\"1\"}",
            "{\"op\":\"share\",\"args\":[\"1\"],\"weights\":[\"0\"],\"index\":0,\"increment\":\"1\"}",
            "{\"op\":\"share\",\"args\":[\"1\"],\"weights\":[\"1\"],\"index\":9,\"increment\":\"1\"}",
            "{\"op\":\"input\",\"value\":\"1e3\"}",
            "{\"op\":\"input\",\"value\":\"1.50\"}",
            "{\"op\":\"input\",\"value\":\"-\"}",
            "{\"op\":\"input\",\"value\":1}")) {
      ObjectNode added = (ObjectNode) JSON.readTree(step);
      added.put("id", "nonsense").put("rule", "none").put("unit", "1");
      if (!added.has("value")) {
        added.put("value", "0");
      }
      ObjectNode document = good.deepCopy();
      ((ArrayNode) document.get("steps")).add(added);
      nonsense.add(sealed(document));
    }

    List<String> said = replayInNode(nonsense);

    assertThat(said.subList(0, nonsense.size()))
        .allSatisfy(line -> assertThat(line).startsWith("mismatch"));
    assertThat(said).endsWith("exit 1");
    assertThat(replayInNode(List.of())).containsExactly("0 documents, 0 mismatches", "exit 2");
    assertThat(run(List.of(folder.resolve("absent").toString())).getLast()).isEqualTo("exit 2");
  }

  @Test
  void the_replayer_in_node_is_short_and_depends_on_nothing() throws IOException {
    List<String> lines = Files.readAllLines(REPLAYER);

    assertThat(lines).hasSizeLessThanOrEqualTo(300);
    assertThat(lines.stream().filter(line -> line.startsWith("import ")))
        .allSatisfy(line -> assertThat(line).contains("from \"node:"));
  }

  private static String with(JsonNode document, String member, String value) throws IOException {
    ObjectNode other = document.deepCopy();
    other.set(member, JSON.readTree(value));
    return sealed(other);
  }

  /** The document with the SHA-256 that it ought to have. */
  private static String sealed(JsonNode document) {
    ObjectNode other = document.deepCopy();
    other.put("sha256", DerivationReplay.seal(document));
    return other.toString();
  }

  /** Quotes with as many rules as there are, the longest documents. */
  private static List<Quote> longest() {
    return ALL.stream()
        .limit(1_000)
        .sorted(
            (a, b) -> Integer.compare(b.derivation().steps().size(), a.derivation().steps().size()))
        .limit(CHANGED)
        .toList();
  }

  /** One document for each field of some quotes, with that field changed, removed or doubled. */
  private static List<String> mutants() throws IOException {
    List<String> mutants = new ArrayList<>();
    for (Quote quote : longest()) {
      changed(JSON.readTree(quote.derivation().document()))
          .forEach(mutant -> mutants.add(mutant.toString()));
    }
    assertThat(mutants).hasSizeGreaterThan(CHANGED * 500);
    return mutants;
  }

  private static List<JsonNode> changed(JsonNode document) {
    List<JsonNode> mutants = new ArrayList<>();
    change(document, document, mutants);
    return mutants;
  }

  private static void change(JsonNode root, JsonNode node, List<JsonNode> mutants) {
    if (node instanceof ObjectNode object) {
      for (String name : names(object)) {
        JsonNode value = object.get(name);
        object.remove(name);
        mutants.add(root.deepCopy());
        object.set(name + "x", value);
        mutants.add(root.deepCopy());
        object.remove(name + "x");
        if (value.isValueNode()) {
          object.set(name, other(value));
          mutants.add(root.deepCopy());
        }
        object.set(name, value);
        change(root, value, mutants);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode value = array.remove(i);
        mutants.add(root.deepCopy());
        array.insert(i, value).insert(i, value);
        mutants.add(root.deepCopy());
        array.remove(i);
        if (value.isValueNode()) {
          array.set(i, other(value));
          mutants.add(root.deepCopy());
          array.set(i, value);
        }
        change(root, value, mutants);
      }
    }
  }

  private static List<String> names(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Another value of the same kind, as near as can be. */
  private static JsonNode other(JsonNode value) {
    if (value.isNumber()) {
      return JSON.getNodeFactory().numberNode(value.intValue() + 1);
    }
    String text = value.textValue();
    if (text.isEmpty()) {
      return TextNode.valueOf("x");
    }
    char last = text.charAt(text.length() - 1);
    char next = last == '9' ? '8' : (char) (last + 1);
    return TextNode.valueOf(text.substring(0, text.length() - 1) + next);
  }

  /** What Node says of these documents, a line each, then the count and {@code exit <code>}. */
  private static List<String> replayInNode(List<String> documents)
      throws IOException, InterruptedException {
    Path file = folder.resolve("quotes.jsonl");
    Files.write(file, documents);
    return run(List.of(file.toString()));
  }

  private static List<String> run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", REPLAYER.toString()));
    command.addAll(arguments);
    Path output = folder.resolve("said.txt");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException absent) {
      assumeTrue(false, "there is no Node on this machine: " + absent.getMessage());
      throw absent;
    }
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("Node ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> said = new ArrayList<>(Files.readAllLines(output));
    said.add("exit " + process.exitValue());
    return said;
  }
}
