package io.ktizo.core.mesh;

import io.ktizo.core.mesh.ThreeMfModelPart.Component;
import io.ktizo.core.mesh.ThreeMfModelPart.Item;
import io.ktizo.core.mesh.ThreeMfModelPart.ObjectType;
import io.ktizo.core.mesh.ThreeMfModelPart.ThreeMfObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the build of a 3MF model: what the items reach, placed.
 *
 * <p>How many triangles and placements come out is counted before anything is placed, once for each
 * object however often it is used, so that thirty objects that each use the last one twice are
 * refused in microseconds.
 */
final class ThreeMfBuild {

  /** Gives model parts by name. */
  interface Parts {
    ThreeMfModelPart part(String name) throws IOException;
  }

  /** What the customer should know about geometry that the build reaches. */
  private enum Remark {
    MODIFIER(
        "3mf.modifier-volume-left-out",
        "Volumes that only change slicer settings were left out: %d."),
    NEGATIVE(
        "3mf.negative-volume-left-out",
        "Volumes that the slicer would cut out of the model were left out, so the model is printed"
            + " without those cuts: %d."),
    SUPPORT_HINT(
        "3mf.support-volume-left-out",
        "Volumes that only tell the slicer where supports go were left out: %d."),
    SUPPORT("3mf.support-left-out", "Supports drawn as objects were left out: %d."),
    SURFACE("3mf.surface-left-out", "Open surfaces, which cannot be printed, were left out: %d."),
    NOT_PRINTABLE(
        "3mf.not-printable-left-out", "Objects marked as not to be printed were left out: %d."),
    SLICES(
        "3mf.slices-ignored",
        "Objects that come with slices beside their triangles were read from the triangles alone:"
            + " %d."),
    OUTSIDE_PLATES(
        "3mf.object-outside-plates",
        "Objects that lie on none of the project's plates are counted as on plate 1: %d.");

    private final String code;
    private final String message;

    Remark(String code, String message) {
      this.code = code;
      this.message = message;
    }
  }

  /**
   * What an object comes to when all its components are multiplied out. Sums stop at a number that
   * no limit reaches.
   *
   * @param height how many objects deep it goes, 1 for a mesh
   */
  private record Extent(long triangles, long placements, int height) {
    private static final long MUCH = 1L << 40;

    /** This together with another that is used beside it. */
    Extent plus(Extent other) {
      return new Extent(
          Math.min(MUCH, triangles + other.triangles),
          Math.min(MUCH, placements + other.placements),
          Math.max(height, other.height));
    }
  }

  private final ThreeMfModelPart root;
  private final Parts parts;
  private final SlicerProject project;
  private final MeshLimits limits;
  private final Budget budget;
  private final Map<ThreeMfObject, Extent> extents = new HashMap<>();
  private final Map<Remark, Integer> remarks = new EnumMap<>(Remark.class);

  ThreeMfBuild(
      ThreeMfModelPart root, Parts parts, SlicerProject project, MeshLimits limits, Budget budget) {
    this.root = root;
    this.parts = parts;
    this.project = project;
    this.limits = limits;
    this.budget = budget;
  }

  /**
   * Adds everything that is printed, one body for each item of the build.
   *
   * @return what was left out
   */
  List<Model.Notice> placeInto(MeshBuilder builder) throws IOException {
    dropRuns();
    checkExtent(builder);
    Affine toMillimetres = Affine.scaling(root.unit().millimetres());
    Map<Integer, Integer> instances = new HashMap<>();
    for (int i = 0; i < root.items().size(); i++) {
      Item item = root.items().get(i);
      int instance =
          item.path() == null ? instances.merge(item.objectId(), 1, Integer::sum) - 1 : 0;
      if (!item.printable()) {
        count(Remark.NOT_PRINTABLE);
        continue;
      }
      ThreeMfModelPart part = partOf(item.path());
      int number = i + 1;
      ThreeMfObject object = objectOf(part, item.objectId(), () -> itemPlace(number));
      Affine placement = unitChange(part).then(item.transform()).then(toMillimetres);
      place(part, object, placement, builder);
      builder.endBody(plateOf(item, instance));
    }
    return notices();
  }

  private String itemPlace(int number) {
    return root.place() + ", build item " + number;
  }

  /** Takes the runs of triangles that are not printed out of the meshes. */
  private void dropRuns() {
    for (ThreeMfObject object : root.objects().values()) {
      List<SlicerProject.Run> runs = project.runsOf(object.id());
      ObjectMesh mesh = object.mesh();
      if (runs.isEmpty() || mesh == null) {
        continue;
      }
      BitSet unwanted = new BitSet();
      for (SlicerProject.Run run : runs) {
        if (run.first() < mesh.triangles() && run.last() >= run.first()) {
          unwanted.set(run.first(), Math.min(run.last(), mesh.triangles() - 1) + 1);
          count(reasonOf(run.role()));
        }
      }
      mesh.leaveOut(unwanted);
    }
  }

  private static Remark reasonOf(SlicerProject.Role role) {
    return switch (role) {
      case MODIFIER -> Remark.MODIFIER;
      case NEGATIVE -> Remark.NEGATIVE;
      case SUPPORT_HINT -> Remark.SUPPORT_HINT;
      case PRINTED -> throw new IllegalArgumentException("printed parts are not left out");
    };
  }

  /** Looks at everything that the build names, so that nothing is placed in vain. */
  private void checkExtent(MeshBuilder builder) throws IOException {
    Extent total = new Extent(0, 0, 0);
    for (int i = 0; i < root.items().size(); i++) {
      Item item = root.items().get(i);
      ThreeMfModelPart part = partOf(item.path());
      int number = i + 1;
      ThreeMfObject object = objectOf(part, item.objectId(), () -> itemPlace(number));
      Extent extent = extentOf(part, object, new HashSet<>());
      if (item.printable()) {
        total = total.plus(extent);
      }
    }
    builder.expecting(total.triangles);
    if (total.placements > limits.triangles()) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          root.place() + ", build",
          "The model repeats its parts more often than we accept; please simplify it.");
    }
  }

  private Extent extentOf(ThreeMfModelPart part, ThreeMfObject object, Set<ThreeMfObject> within)
      throws IOException {
    Extent known = extents.get(object);
    if (known != null) {
      return known;
    }
    Supplier<String> place = () -> objectPlace(part, object);
    if (!within.add(object)) {
      throw new RefusedException(
          Refusal.Code.MALFORMED,
          place.get(),
          "An object contains itself through its components; please export the model again.");
    }
    if (within.size() > limits.nesting()) {
      throw tooDeep(place.get());
    }
    Extent extent = new Extent(0, 0, 0);
    ObjectMesh mesh = object.mesh();
    if (object.type() == ObjectType.OTHER && object.components().isEmpty()) {
      // 3MF Core Specification, 3.4.3.1 and 4.1.
      throw new RefusedException(
          Refusal.Code.MALFORMED,
          place.get(),
          "The build refers to an object of type other, which 3MF does not allow to be printed;"
              + " please export the model again.");
    }
    if (mesh != null && reasonFor(object) == null) {
      extent = new Extent(mesh.triangles(), 1, 0);
    }
    for (Component component : object.components()) {
      budget.tick();
      ThreeMfModelPart other = component.path() == null ? part : parts.part(component.path());
      extent = extent.plus(extentOf(other, objectOf(other, component.objectId(), place), within));
    }
    Extent whole = new Extent(extent.triangles, extent.placements + 1, extent.height + 1);
    if (whole.height > limits.nesting()) {
      throw tooDeep(place.get());
    }
    within.remove(object);
    extents.put(object, whole);
    return whole;
  }

  private static RefusedException tooDeep(String place) {
    return new RefusedException(
        Refusal.Code.TOO_COMPLEX,
        place,
        "The components of an object are nested deeper than we accept; please simplify the model.");
  }

  private void place(
      ThreeMfModelPart part, ThreeMfObject object, Affine placement, MeshBuilder builder)
      throws IOException {
    budget.tick();
    Remark reason = reasonFor(object);
    if (reason != null) {
      count(reason);
      return;
    }
    String unsupported = object.unsupported();
    if (unsupported != null) {
      throw new RefusedException(
          Refusal.Code.UNSUPPORTED_FEATURE,
          objectPlace(part, object),
          "The shape of an object is given as "
              + unsupported
              + ", which we cannot read; please export the model as plain triangles.");
    }
    if (object.sliced()) {
      count(Remark.SLICES);
    }
    ObjectMesh mesh = object.mesh();
    if (mesh != null) {
      checkSolid(part, object, mesh);
      mesh.placeInto(builder, placement);
    }
    // Counted, not iterated: a hostile file makes millions of steps here.
    for (int i = 0; i < object.components().size(); i++) {
      Component component = object.components().get(i);
      SlicerProject.Role role =
          part == root
              ? project.roleOf(object.id(), component.objectId())
              : SlicerProject.Role.PRINTED;
      if (role != SlicerProject.Role.PRINTED) {
        count(reasonOf(role));
        continue;
      }
      ThreeMfModelPart other = component.path() == null ? part : parts.part(component.path());
      ThreeMfObject inner = objectOf(other, component.objectId(), () -> objectPlace(part, object));
      Affine within = component.transform().then(placement);
      place(other, inner, other == part ? within : unitChange(other).then(within), builder);
    }
  }

  private static @Nullable Remark reasonFor(ThreeMfObject object) {
    if (object.role() != SlicerProject.Role.PRINTED) {
      return reasonOf(object.role());
    }
    if (!object.components().isEmpty()) {
      // 3MF Core Specification, chapter 4: the components' own types count.
      return null;
    }
    return switch (object.type()) {
      case SUPPORT -> Remark.SUPPORT;
      case SURFACE -> Remark.SURFACE;
      case MODEL, SOLID_SUPPORT, OTHER -> null;
    };
  }

  /** 3MF Core Specification, 4.1.4; a mesh that lost its modifiers may have none left. */
  private void checkSolid(ThreeMfModelPart part, ThreeMfObject object, ObjectMesh mesh) {
    if (mesh.triangles() > 0 && mesh.triangles() < 4) {
      throw new RefusedException(
          Refusal.Code.MALFORMED,
          objectPlace(part, object),
          "An object has fewer than the four triangles that a solid body needs; please export the"
              + " model again.");
    }
  }

  /** Coordinates of another model part may be in another unit than those of the root. */
  private Affine unitChange(ThreeMfModelPart part) {
    return part.unit() == root.unit()
        ? Affine.IDENTITY
        : Affine.scaling(part.unit().millimetres() / root.unit().millimetres());
  }

  private ThreeMfModelPart partOf(@Nullable String path) throws IOException {
    return path == null ? root : parts.part(path);
  }

  private static ThreeMfObject objectOf(ThreeMfModelPart part, int id, Supplier<String> place) {
    ThreeMfObject object = part.objects().get(id);
    if (object == null) {
      throw new RefusedException(
          Refusal.Code.DANGLING_REFERENCE,
          place.get(),
          "The file refers to object "
              + id
              + ", which it does not define; please export the model"
              + " again.");
    }
    return object;
  }

  private static String objectPlace(ThreeMfModelPart part, ThreeMfObject object) {
    return part.place() + ", object " + object.id();
  }

  private int plateOf(Item item, int instance) {
    if (!project.hasPlates()) {
      return 1;
    }
    Integer plate = project.plateOf(item.objectId(), instance);
    if (plate == null) {
      count(Remark.OUTSIDE_PLATES);
      return 1;
    }
    return plate;
  }

  private void count(Remark reason) {
    remarks.merge(reason, 1, Integer::sum);
  }

  private List<Model.Notice> notices() {
    List<Model.Notice> notices = new ArrayList<>();
    remarks.forEach(
        (reason, count) ->
            notices.add(
                new Model.Notice(reason.code, String.format(Locale.ROOT, reason.message, count))));
    return notices;
  }
}
