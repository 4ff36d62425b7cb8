package io.ktizo.core.mesh;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One 3D Model part of a 3MF package after parsing: what it defines, and what it wants built. There
 * is one instance for each part, and one for each object: both are compared by identity.
 */
final class ThreeMfModelPart {
  private final String place;
  private final LengthUnit unit;
  private final Map<Integer, ThreeMfObject> objects;
  private final List<Item> items;

  ThreeMfModelPart(
      String place, LengthUnit unit, Map<Integer, ThreeMfObject> objects, List<Item> items) {
    this.place = place;
    this.unit = unit;
    this.objects = objects;
    this.items = items;
  }

  /** How a refusal calls the part. */
  String place() {
    return place;
  }

  /** What one unit of its coordinates is. */
  LengthUnit unit() {
    return unit;
  }

  /** The objects that it defines, by id. */
  Map<Integer, ThreeMfObject> objects() {
    return objects;
  }

  /** The build, of the root part; empty for others, whose build does not count. */
  List<Item> items() {
    return items;
  }

  /** What an object is for (3MF Core Specification, chapter 4). */
  enum ObjectType {
    MODEL,
    SOLID_SUPPORT,
    SUPPORT,
    SURFACE,
    OTHER
  }

  /**
   * An object resource: a mesh or components, or neither if its shape is given in a form that is
   * not triangles.
   */
  static final class ThreeMfObject {
    private final int id;
    private final ObjectType type;
    private final @Nullable ObjectMesh mesh;
    private final List<Component> components;
    private final @Nullable String unsupported;
    private final boolean sliced;
    private final SlicerProject.Role role;

    ThreeMfObject(
        int id,
        ObjectType type,
        @Nullable ObjectMesh mesh,
        List<Component> components,
        @Nullable String unsupported,
        boolean sliced,
        SlicerProject.Role role) {
      this.id = id;
      this.type = type;
      this.mesh = mesh;
      this.components = components;
      this.unsupported = unsupported;
      this.sliced = sliced;
      this.role = role;
    }

    int id() {
      return id;
    }

    ObjectType type() {
      return type;
    }

    /** {@code null} if it has none. */
    @Nullable ObjectMesh mesh() {
      return mesh;
    }

    /** Empty if it has a mesh. */
    List<Component> components() {
      return components;
    }

    /** What the shape consists of in words, {@code null} if the triangles are the shape. */
    @Nullable String unsupported() {
      return unsupported;
    }

    /** Whether slices accompany the triangles. */
    boolean sliced() {
      return sliced;
    }

    /** What a slicer's own notes on the object say that it is for. */
    SlicerProject.Role role() {
      return role;
    }
  }

  /**
   * An object used within another.
   *
   * @param path the model part that defines it, {@code null} for this one
   */
  record Component(int objectId, @Nullable String path, Affine transform) {}

  /**
   * An entry of the build.
   *
   * @param path the model part that defines the object, {@code null} for this one
   * @param printable what slicers note beside the standard
   */
  record Item(int objectId, @Nullable String path, Affine transform, boolean printable) {}
}
