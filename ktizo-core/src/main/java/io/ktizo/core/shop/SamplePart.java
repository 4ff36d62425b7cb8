package io.ktizo.core.shop;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshFormat;
import io.ktizo.core.mesh.Model;
import io.ktizo.core.quote.AssessedModel;
import io.ktizo.core.quote.Assessing;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Simple parts on which prices are tried. Their measures are round numbers in mm. */
public enum SamplePart {
  /** 20 × 20 × 20. */
  CUBE(new double[] {0, 0, 20, 0, 20, 20, 0, 20}, 20),
  /** 100 × 60 × 3: wide and flat. */
  PLATE(new double[] {0, 0, 100, 0, 100, 60, 0, 60}, 3),
  /** 12 × 12 × 150: tall and thin. */
  TOWER(new double[] {0, 0, 12, 0, 12, 12, 0, 12}, 150),
  /** A right angle of two legs, 40 long, 10 wide, 15 high, as a bracket lies on the plate. */
  BRACKET(new double[] {10, 10, 10, 40, 0, 40, 0, 0, 40, 0, 40, 10}, 15),
  /** 90 × 70 × 60: a block that needs a lot of material. */
  BLOCK(new double[] {0, 0, 90, 0, 90, 70, 0, 70}, 60);

  @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody else has, and nobody changes
  private final double[] outline;

  private final double height;

  /** The outline's first corner must see all others. */
  SamplePart(double[] outline, double height) {
    this.outline = outline.clone();
    this.height = height;
  }

  /** How high it stands on the plate, in mm. */
  public double height() {
    return height;
  }

  /** The part, ready to be priced. */
  public AssessedModel model() {
    Mesh mesh = mesh();
    Model model =
        new Model(
            MeshFormat.STL_BINARY,
            LengthUnit.MILLIMETRE,
            mesh,
            List.of(new Model.Body(0, mesh.triangleCount(), 1)),
            List.of());
    return Assessing.standard().assess(model, fingerprint(mesh), LengthUnit.MILLIMETRE).model();
  }

  /** A prism over the outline. */
  private Mesh mesh() {
    int corners = outline.length / 2;
    float[] positions = new float[6 * corners];
    for (int i = 0; i < corners; i++) {
      for (int layer = 0; layer < 2; layer++) {
        int at = 3 * (layer * corners + i);
        positions[at] = (float) outline[2 * i];
        positions[at + 1] = (float) outline[2 * i + 1];
        positions[at + 2] = layer == 0 ? 0 : (float) height;
      }
    }
    int[] triangles = new int[3 * (2 * (corners - 2) + 2 * corners)];
    int at = 0;
    for (int i = 1; i + 1 < corners; i++) {
      for (int corner : new int[] {0, i + 1, i, corners, corners + i, corners + i + 1}) {
        triangles[at++] = corner;
      }
    }
    for (int i = 0; i < corners; i++) {
      int next = (i + 1) % corners;
      for (int corner : new int[] {i, next, corners + next, i, corners + next, corners + i}) {
        triangles[at++] = corner;
      }
    }
    return Mesh.of(positions, triangles);
  }

  private static String fingerprint(Mesh mesh) {
    float[] positions = mesh.positions();
    ByteBuffer bytes = ByteBuffer.allocate(4 * positions.length);
    for (float coordinate : positions) {
      bytes.putFloat(coordinate);
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }
}
