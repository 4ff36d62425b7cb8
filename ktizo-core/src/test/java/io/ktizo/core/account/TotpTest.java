package io.ktizo.core.account;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
  private static final byte[] SECRET = "12345678901234567890".getBytes(US_ASCII);

  /** RFC 6238, appendix B, the rows for SHA-1. */
  @ParameterizedTest
  @CsvSource({
    "59,94287082",
    "1111111109,07081804",
    "1111111111,14050471",
    "1234567890,89005924",
    "2000000000,69279037",
    "20000000000,65353130"
  })
  void codes_are_those_of_the_standard(long seconds, String code) {
    assertThat(Totp.code(SECRET, seconds / 30, 8)).isEqualTo(code);
    assertThat(Totp.matchingStep(SECRET, code.substring(2), Instant.ofEpochSecond(seconds), 0))
        .hasValue(seconds / 30);
  }

  /** RFC 4648 §10, without the padding. */
  @ParameterizedTest
  @CsvSource({
    "f,MY",
    "fo,MZXQ",
    "foo,MZXW6",
    "foob,MZXW6YQ",
    "fooba,MZXW6YTB",
    "foobar,MZXW6YTBOI"
  })
  void secrets_are_shown_in_base_32(String text, String encoded) {
    assertThat(Totp.base32(text.getBytes(US_ASCII))).isEqualTo(encoded);
  }

  @Test
  void a_step_to_either_side_is_accepted_and_no_more() {
    Instant now = Instant.ofEpochSecond(3_000);
    for (long step = 97; step <= 103; step++) {
      boolean near = step >= 99 && step <= 101;
      assertThat(Totp.matchingStep(SECRET, Totp.code(SECRET, step), now, 0).isPresent())
          .as("step %s of 100", step)
          .isEqualTo(near);
    }
    assertThat(Totp.matchingStep(SECRET, Totp.code(SECRET, 100), now, 100)).isEmpty();
    assertThat(Totp.matchingStep(SECRET, "١٢٣٤٥٦", now, 0)).isEmpty();
    assertThat(Totp.matchingStep(SECRET, "", now, 0)).isEmpty();
  }
}
