package io.ktizo.core.mesh;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds that is to be printed.
 *
 * @param format the kind of file
 * @param unit the unit that the file declares, already applied to the mesh; {@code null} when the
 *     format has none, in which case the mesh holds the file's bare numbers and somebody must
 *     decide
 * @param mesh all bodies together, placed as in the file
 * @param bodies the parts that the mesh consists of, in order, without gaps; at least one
 * @param notices what was left out or repaired on the way, for the customer to see
 */
public record Model(
    MeshFormat format,
    @Nullable LengthUnit unit,
    Mesh mesh,
    List<Body> bodies,
    List<Notice> notices) {

  public Model {
    bodies = List.copyOf(bodies);
    notices = List.copyOf(notices);
    int next = 0;
    for (Body body : bodies) {
      if (body.firstTriangle() != next) {
        throw new IllegalArgumentException("bodies must follow each other without gaps");
      }
      next += body.triangles();
    }
    if (bodies.isEmpty() || next != mesh.triangleCount()) {
      throw new IllegalArgumentException("bodies must cover the mesh");
    }
  }

  /**
   * A run of triangles that the file calls one thing.
   *
   * @param firstTriangle index into the mesh
   * @param triangles how many
   * @param plate the build plate it lies on, from 1; formats without plates have all on plate 1
   */
  public record Body(int firstTriangle, int triangles, int plate) {
    public Body {
      if (firstTriangle < 0 || triangles <= 0 || plate < 1) {
        throw new IllegalArgumentException(
            "not a body: " + firstTriangle + ", " + triangles + ", " + plate);
      }
    }
  }

  /**
   * Something the customer should know about the reading.
   *
   * @param code stable, for instance {@code 3mf.modifier-volume-left-out}
   * @param message one sentence in plain English
   */
  public record Notice(String code, String message) {}
}
