package io.ktizo.storage.tus;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.storage.FileName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a stranger writes into {@code Upload-Metadata}. Seeds are fixed, so a failure comes again.
 */
final class MetadataTest {
  private static final int CASES = 5_000;

  @Test
  void what_was_encoded_is_read_back() {
    Random random = new Random(1);
    for (int i = 0; i < CASES; i++) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (int pair = random.nextInt(4); pair >= 0; pair--) {
        pairs.put(key(random), text(random));
      }

      assertThat(Metadata.parse(encoded(pairs, random))).contains(pairs);
    }
  }

  @Test
  void anything_at_all_is_read_or_refused_without_failing_and_names_are_harmless() {
    Random random = new Random(2);
    int read = 0;
    for (int i = 0; i < CASES; i++) {
      Optional<Map<String, String>> pairs = Metadata.parse(noise(random));
      if (pairs.isPresent()) {
        read++;
        pairs.get().keySet().forEach(key -> assertThat(key).matches("[\\x21-\\x7e&&[^,]]+"));
        pairs.get().values().forEach(value -> assertHarmless(FileName.of(value)));
      }
    }
    assertThat(read).as("some of it has the form").isPositive();
  }

  @Test
  void a_good_header_with_one_character_changed_never_fails() {
    Random random = new Random(3);
    for (int i = 0; i < CASES; i++) {
      StringBuilder header = new StringBuilder(encoded(Map.of(key(random), text(random)), random));
      header.setCharAt(random.nextInt(header.length()), (char) random.nextInt(0x250));

      Metadata.parse(header.toString())
          .ifPresent(pairs -> pairs.values().forEach(value -> assertHarmless(FileName.of(value))));
    }
  }

  @Test
  void too_much_is_refused_before_it_is_looked_at() {
    assertThat(Metadata.parse("a ".repeat(5_000_000))).isEmpty();
    assertThat(Metadata.parse("a,".repeat(2_049))).isEmpty();
  }

  private static void assertHarmless(FileName name) {
    assertThat(name.value())
        .isNotEmpty()
        .hasSizeLessThanOrEqualTo(FileName.LONGEST)
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}/\\\\]")
        .isNotIn(".", "..");
  }

  private static String key(Random random) {
    StringBuilder key = new StringBuilder();
    for (int left = 1 + random.nextInt(12); left > 0; left--) {
      char c = (char) (0x21 + random.nextInt(0x5e));
      key.append(c == ',' ? '-' : c);
    }
    return key.toString();
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(60), 0, Character.MAX_CODE_POINT + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String encoded(Map<String, String> pairs, Random random) {
    List<String> texts = new ArrayList<>();
    pairs.forEach(
        (key, value) -> {
          String base64 =
              Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
          texts.add(value.isEmpty() && random.nextBoolean() ? key : key + " " + base64);
        });
    return String.join(random.nextBoolean() ? "," : ", ", texts);
  }

  private static String noise(Random random) {
    String alphabet = random.nextBoolean() ? "ab,  =/+Z9" : "a,\u0000\r\n =\u202e\ud800é";
    return random
        .ints(random.nextInt(40), 0, alphabet.length())
        .mapToObj(alphabet::charAt)
        .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
        .toString();
  }
}
