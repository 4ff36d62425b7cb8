package io.ktizo.core.mesh;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as an AMF file; see {@link Fuzzing}. */
class AmfFuzzTest {
  private static final String AMF =
      """
      <amf unit="inch"><object id="1"><mesh><vertices>
      <vertex><coordinates><x>0</x><y>0</y><z>0</z></coordinates></vertex>
      <vertex><coordinates><x>1</x><y>0</y><z>0</z></coordinates></vertex>
      <vertex><coordinates><x>0</x><y>1e0</y><z>0</z></coordinates></vertex>
      <vertex><coordinates><x>0</x><y>0</y><z>1</z></coordinates></vertex></vertices>
      <volume><triangle><v1>0</v1><v2>2</v2><v3>1</v3></triangle>
      <triangle><v1>0</v1><v2>1</v2><v3>3</v3></triangle></volume></mesh></object>
      <constellation id="2"><instance objectid="1"><deltax>4</deltax><rz>30</rz></instance>
      </constellation></amf>
      """;

  static List<byte[]> seeds() {
    return List.of(MeshFiles.amf(Solids.tetrahedron(10)), AMF.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, AmfReader::read);
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 7)) {
        any_bytes_are_answered(mutant);
      }
    }
  }
}
