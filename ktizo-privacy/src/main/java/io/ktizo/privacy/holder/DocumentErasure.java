package io.ktizo.privacy.holder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Strategy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Erases from JSON documents what their paths in the data map say, each path by its own strategy. A
 * path speaks for what it names and all below it, until a longer path says otherwise; what no path
 * names stays, and coverage says so. A value that is no document loses all of it, since nobody can
 * tell what it holds.
 */
final class DocumentErasure {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final Pattern DAY = Pattern.compile("(\\d{4})-(\\d{2})-\\d{2}.*", Pattern.DOTALL);
  private static final Pattern MADE_NAME = Pattern.compile("Erased [0-9a-f]{32}");
  private static final Pattern MADE_EMAIL = Pattern.compile("erased-[0-9a-f]{32}@erased\\.invalid");
  private static final Pattern MADE_PHONE = Pattern.compile("\\+999\\d{12}");
  private static final Pattern HEX_32 = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern HEX_64 = Pattern.compile("[0-9a-f]{64}");

  private final List<Rule> rules;
  private final byte @Nullable [] key;
  private final SecureRandom random = new SecureRandom();

  private record Rule(List<String> steps, Strategy strategy) {}

  /**
   * The rules of one column.
   *
   * @param key for keyed hashes; {@code null} if the host lends no secrets
   */
  DocumentErasure(Field field, byte @Nullable [] key) {
    this.rules =
        field.paths().stream()
            .map(
                path ->
                    new Rule(
                        List.of(path.name().replace("[*]", ".[*]").split("\\.", -1)),
                        path.strategy().orElse(new Strategy.Retain())))
            .toList();
    this.key = key == null ? null : key.clone();
  }

  /** The document without what its paths give up; the same text if nothing of it changes. */
  String erased(String document) {
    Optional<JsonNode> whole = read(document);
    if (whole.isEmpty()) {
      return "null";
    }
    JsonNode left = erased(whole.get(), List.of("$"), new Strategy.Retain());
    try {
      return left.equals(whole.get()) ? document : MAPPER.writeValueAsString(left);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree can always be written", impossible);
    }
  }

  /** Whether a document still holds something that its paths should have given up. */
  boolean unmade(String document) {
    return read(document)
        .map(whole -> unmade(whole, List.of("$"), new Strategy.Retain()))
        .orElse(true);
  }

  private static Optional<JsonNode> read(String document) {
    try {
      JsonNode whole = MAPPER.readTree(document);
      return whole == null || whole.isMissingNode() ? Optional.empty() : Optional.of(whole);
    } catch (JsonProcessingException notOne) {
      // The parser's message quotes the document, so it goes no further.
      return Optional.empty();
    }
  }

  private Optional<Strategy> rule(List<String> path) {
    return rules.stream().filter(rule -> is(rule.steps(), path)).map(Rule::strategy).findFirst();
  }

  private static boolean is(List<String> wanted, List<String> path) {
    if (wanted.size() != path.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      boolean any = wanted.get(i).equals("*") && !path.get(i).equals("[*]");
      if (!any && !wanted.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> below(List<String> path, String step) {
    List<String> longer = new java.util.ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  private JsonNode erased(JsonNode node, List<String> path, Strategy inherited) {
    Optional<Strategy> own = rule(path);
    Strategy strategy = own.orElse(inherited);
    if (own.isPresent() && whole(strategy)) {
      return value(strategy, node);
    }
    if (node.isObject()) {
      ObjectNode left = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> child : node.properties()) {
        left.set(child.getKey(), erased(child.getValue(), below(path, child.getKey()), strategy));
      }
      return left;
    }
    if (node.isArray()) {
      ArrayNode left = JsonNodeFactory.instance.arrayNode();
      node.forEach(child -> left.add(erased(child, below(path, "[*]"), strategy)));
      return left;
    }
    return node.isNull() ? node : value(strategy, node);
  }

  /** Whether a strategy leaves nothing of what is below a path. */
  private static boolean whole(Strategy strategy) {
    return strategy instanceof Strategy.SetNull || strategy instanceof Strategy.Constant;
  }

  private boolean unmade(JsonNode node, List<String> path, Strategy inherited) {
    Optional<Strategy> own = rule(path);
    Strategy strategy = own.orElse(inherited);
    if (own.isPresent() && whole(strategy)) {
      return !fits(strategy, node);
    }
    if (node.isObject()) {
      return node.properties().stream()
          .anyMatch(child -> unmade(child.getValue(), below(path, child.getKey()), strategy));
    }
    if (node.isArray()) {
      for (JsonNode child : node) {
        if (unmade(child, below(path, "[*]"), strategy)) {
          return true;
        }
      }
      return false;
    }
    return !node.isNull() && !fits(strategy, node);
  }

  private JsonNode value(Strategy strategy, JsonNode old) {
    return switch (strategy) {
      case Strategy.SetNull n -> NullNode.instance;
      case Strategy.Constant constant -> TextNode.valueOf(constant.value());
      case Strategy.Replace replace -> made(replace.shape());
      case Strategy.KeyedHash h -> TextNode.valueOf(hash(old.asText()));
      case Strategy.GeneraliseDate date -> {
        var day = DAY.matcher(old.asText());
        yield day.matches()
            ? TextNode.valueOf(
                date.to() == Strategy.DatePart.YEAR
                    ? day.group(1) + "-01-01"
                    : day.group(1) + "-" + day.group(2) + "-01")
            : NullNode.instance;
      }
      case Strategy.GeneralisePrefix prefix -> {
        String text = old.asText();
        int length = Math.min(prefix.characters(), text.codePointCount(0, text.length()));
        yield TextNode.valueOf(text.substring(0, text.offsetByCodePoints(0, length)));
      }
      case Strategy.ByPath p -> old;
      case Strategy.Retain r -> old;
    };
  }

  /** Whether a strategy may have made this value. */
  private static boolean fits(Strategy strategy, JsonNode node) {
    String text = node.asText();
    return switch (strategy) {
      case Strategy.SetNull n -> node.isNull();
      case Strategy.Constant constant -> node.isTextual() && text.equals(constant.value());
      case Strategy.Replace replace ->
          switch (replace.shape()) {
            case NAME -> MADE_NAME.matcher(text).matches();
            case EMAIL -> MADE_EMAIL.matcher(text).matches();
            case PHONE -> MADE_PHONE.matcher(text).matches();
            case TEXT -> HEX_32.matcher(text).matches();
            case UUID -> text.length() == 36;
            case NUMBER -> node.isNumber() && node.asLong() < 0;
            case DATE -> text.equals("1900-01-01");
          };
      case Strategy.KeyedHash h -> HEX_64.matcher(text).matches();
      case Strategy.GeneraliseDate date ->
          text.endsWith(date.to() == Strategy.DatePart.YEAR ? "-01-01" : "-01");
      case Strategy.GeneralisePrefix prefix ->
          text.codePointCount(0, text.length()) <= prefix.characters();
      case Strategy.ByPath p -> true;
      case Strategy.Retain r -> true;
    };
  }

  private JsonNode made(Strategy.Shape shape) {
    byte[] chance = new byte[16];
    random.nextBytes(chance);
    String hex = HexFormat.of().formatHex(chance);
    return switch (shape) {
      case NAME -> TextNode.valueOf("Erased " + hex);
      case EMAIL -> TextNode.valueOf("erased-" + hex + "@erased.invalid");
      case PHONE ->
          TextNode.valueOf("+999" + String.format("%012d", random.nextLong(1_000_000_000_000L)));
      case TEXT -> TextNode.valueOf(hex);
      case UUID -> TextNode.valueOf(UUID.randomUUID().toString());
      case NUMBER -> JsonNodeFactory.instance.numberNode(-1 - random.nextInt(2_000_000_000));
      case DATE -> TextNode.valueOf("1900-01-01");
    };
  }

  /** The same hash as that of a column's value, so that equal values stay equal. */
  private String hash(String text) {
    byte[] secret = key;
    if (secret == null) {
      throw new IllegalStateException("keyed hashes need secrets");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK has no HmacSHA256", impossible);
    }
  }
}
