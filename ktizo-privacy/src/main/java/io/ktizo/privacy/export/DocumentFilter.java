package io.ktizo.privacy.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.privacy.datamap.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a JSON document what may be shown. A path of the data map speaks for what it names and
 * all below it, until a longer path says otherwise; what no path names is left out, since nobody
 * has said that it is no secret.
 */
final class DocumentFilter {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .readerFor(JsonNode.class);

  /** Lets whole documents pass. */
  static final DocumentFilter NONE = new DocumentFilter(List.of(), path -> true);

  private record Known(List<String> steps, boolean shown) {}

  private final List<Known> known;

  /**
   * @param paths the column's paths; empty if the whole document is classified as one
   * @param shown whether a path is in the export
   */
  DocumentFilter(List<Field> paths, Predicate<Field> shown) {
    this.known =
        paths.stream().map(path -> new Known(steps(path.name()), shown.test(path))).toList();
  }

  /** The document without what may not be shown; empty if it is no JSON, so that nothing may be. */
  Optional<JsonNode> shown(String document) {
    JsonNode whole;
    try {
      whole = READER.readTree(document);
    } catch (JsonProcessingException e) {
      // The parser's message quotes the document, so it goes no further.
      return Optional.empty();
    }
    if (whole == null || whole.isMissingNode()) {
      return Optional.empty();
    }
    if (known.isEmpty()) {
      return Optional.of(whole);
    }
    JsonNode left = pruned(whole, new Path(null, "$"), false);
    return Optional.of(left == null ? whole.isArray() ? array() : object() : left);
  }

  /** A place in the document, as the steps to it. */
  private record Path(@Nullable Path before, String step) {
    int length() {
      return before == null ? 1 : before.length() + 1;
    }

    boolean is(List<String> steps) {
      if (length() != steps.size()) {
        return false;
      }
      int at = steps.size() - 1;
      for (Path here = this; here != null; here = here.before()) {
        boolean key = !here.step().equals("[*]");
        String wanted = steps.get(at);
        if (!wanted.equals(here.step()) && !(key && wanted.equals("*"))) {
          return false;
        }
        at--;
      }
      return true;
    }
  }

  private @Nullable JsonNode pruned(JsonNode node, Path path, boolean inherited) {
    boolean shown = inherited;
    for (Known one : known) {
      if (path.is(one.steps())) {
        shown = one.shown();
        if (!shown) {
          break;
        }
      }
    }
    if (node.isObject()) {
      ObjectNode left = object();
      for (Map.Entry<String, JsonNode> child : node.properties()) {
        JsonNode kept = pruned(child.getValue(), new Path(path, child.getKey()), shown);
        if (kept != null) {
          left.set(child.getKey(), kept);
        }
      }
      return shown || !left.isEmpty() ? left : null;
    }
    if (node.isArray()) {
      ArrayNode left = array();
      for (JsonNode child : node) {
        JsonNode kept = pruned(child, new Path(path, "[*]"), shown);
        if (kept != null) {
          left.add(kept);
        }
      }
      return shown || !left.isEmpty() ? left : null;
    }
    return shown ? node : null;
  }

  /** {@code $.items[*].sku} as {@code $}, {@code items}, {@code [*]}, {@code sku}. */
  private static List<String> steps(String path) {
    return List.of(path.replace("[*]", ".[*]").split("\\.", -1));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }
}
