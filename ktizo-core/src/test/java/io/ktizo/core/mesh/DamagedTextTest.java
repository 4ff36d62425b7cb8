package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damage that fuzzing found a reader to hang or to stumble over. */
class DamagedTextTest {

  @Test
  @Timeout(10)
  void a_control_character_in_a_normal_is_damage_and_no_reason_to_wait() throws IOException {
    String facet =
        """
        facet normal 0 %s 1
        outer loop
        vertex 0 0 0
        vertex 1 0 0
        vertex 0 1 0
        endloop
        endfacet
        """;
    // Far enough behind the beginning, by which the format is told.
    int whole = 2_000;
    String file = "solid part\n" + facet.formatted("0").repeat(whole) + facet.formatted("\u0001");

    Refusal refusal = refusal(file);

    assertThat(refusal.code()).isEqualTo(Refusal.Code.MALFORMED);
    assertThat(refusal.location()).isEqualTo("line " + (2 + 7 * whole));
  }

  @Test
  @Timeout(10)
  void a_control_character_in_a_skipped_property_is_damage() throws IOException {
    String file =
        """
        ply
        format ascii 1.0
        element vertex 3
        property float x
        property float y
        property float z
        property float quality
        element face 1
        property list uchar int vertex_indices
        end_header
        0 0 0 1
        1 0 0 \u0002
        0 1 0 1
        3 0 1 2
        """;

    Refusal refusal = refusal(file);

    assertThat(refusal.code()).isEqualTo(Refusal.Code.MALFORMED);
    assertThat(refusal.location()).isEqualTo("line 12");
  }

  @Test
  void a_ply_file_of_one_word_is_cut_off() throws IOException {
    MeshLimits limits = MeshLimits.DEFAULT;
    Refusal.Code code = Refusal.Code.EMPTY;
    try (Source source = Source.of("ply".getBytes(StandardCharsets.US_ASCII))) {
      PlyReader.read(source, limits, Budget.startingNow(limits));
    } catch (RefusedException refused) {
      code = refused.refusal().code();
    }

    assertThat(code).isEqualTo(Refusal.Code.TRUNCATED);
  }

  private static Refusal refusal(String file) throws IOException {
    MeshLimits limits = new MeshLimits(1 << 20, 1 << 20, 10, 10, 10_000, 10, Duration.ofSeconds(1));
    MeshReading reading = MeshReader.withLimits(limits).read(file.getBytes(StandardCharsets.UTF_8));
    assertThat(reading).isInstanceOf(MeshReading.Refused.class);
    return ((MeshReading.Refused) reading).refusal();
  }
}
