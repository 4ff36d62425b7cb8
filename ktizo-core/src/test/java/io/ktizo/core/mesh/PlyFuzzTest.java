package io.ktizo.core.mesh;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as PLY, text and both byte orders; see {@link Fuzzing}. */
class PlyFuzzTest {
  private static final String ODD_FORM =
      """
      ply
      format ascii 1.0
      obj_info made by hand
      element material 1
      property list uchar uint8 name
      element vertex 4
      property double z
      property float32 x
      property float y
      property uchar red
      element face 2
      property list short ushort vertex_index
      property int flags
      end_header
      2 65 66
      0 0 0 255
      0 10 0 255
      0 10 10 255
      1e1 0 10 255
      4 0 1 2 3 7
      3 0 2 1 7
      """;

  static List<byte[]> seeds() {
    return List.of(
        MeshFiles.asciiPly(Solids.tetrahedron(10)),
        MeshFiles.binaryPly(Solids.tetrahedron(10), ByteOrder.LITTLE_ENDIAN),
        MeshFiles.binaryPly(Solids.tetrahedron(10), ByteOrder.BIG_ENDIAN),
        ODD_FORM.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest // Must be the last annotation, or fuzzing refuses to start.
  void any_bytes_are_answered(byte[] file) throws IOException {
    Fuzzing.read(file, PlyReader::read);
  }

  @Test
  void mutants_are_answered() throws IOException {
    for (byte[] seed : seeds()) {
      for (byte[] mutant : Fuzzing.mutants(seed, 4)) {
        any_bytes_are_answered(mutant);
      }
    }
  }
}
