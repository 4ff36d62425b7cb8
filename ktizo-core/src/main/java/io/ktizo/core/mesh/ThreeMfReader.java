package io.ktizo.core.mesh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads 3MF files.
 *
 * <p>The way through a package: the relationships of the root lead to one 3D Model part; its build
 * lists items; items lead to objects, there or in other model parts (Production Extension); objects
 * are meshes or consist of components. What the build reaches is the model, and nothing else. Left
 * out of that, each with a notice: supports and open surfaces by their object type, items that are
 * marked as not printable, and volumes that only steer a slicer ({@link SlicerProject}).
 *
 * <p>Sources: 3MF Core Specification 1.4, Production Extension 1.2, Materials and Properties
 * Extension 1.2, ISO/IEC 29500-2 for the package.
 */
final class ThreeMfReader {
  private static final String START_PART =
      "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel";
  private static final String PRINT_TICKET =
      "http://schemas.microsoft.com/3dmanufacturing/2013/01/printticket";
  private static final String THUMBNAIL =
      "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail";
  private static final String KEY_STORE =
      "http://schemas.microsoft.com/3dmanufacturing/2019/04/keystore";
  private static final String MODEL_CONTENT_TYPE =
      "application/vnd.ms-package.3dmanufacturing-3dmodel+xml";

  private final OpcPackage opc;
  private final MeshLimits limits;
  private final Budget budget;
  private final ObjectMesh.Allowance allowance;
  private final Map<String, ThreeMfModelPart> modelParts = new HashMap<>();

  private ThreeMfReader(OpcPackage opc, MeshLimits limits, Budget budget) {
    this.opc = opc;
    this.limits = limits;
    this.budget = budget;
    this.allowance = new ObjectMesh.Allowance(limits);
  }

  /**
   * Reads a file that was recognised as {@link MeshFormat#THREE_MF}.
   *
   * @throws RefusedException with the reason, if it cannot be accepted
   * @throws IOException if the disk fails
   */
  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    ZipPackage zip = ZipPackage.open(source, limits, budget);
    return new ThreeMfReader(OpcPackage.of(zip, limits, budget), limits, budget).read();
  }

  private Model read() throws IOException {
    List<OpcPackage.Relationship> relationships = opc.rootRelationships();
    if (relationships.stream().anyMatch(relationship -> relationship.type().equals(KEY_STORE))) {
      throw new RefusedException(
          Refusal.Code.ENCRYPTED,
          OpcPackage.ROOT_RELATIONSHIPS,
          "The model is encrypted; please send it without encryption.");
    }
    String start = startPart(relationships);
    checkTargets(relationships, OpcPackage.ROOT_RELATIONSHIPS);
    ThreeMfModelPart root = part(start, true);
    checkModelRelationships(start, root);
    ThreeMfBuild build = new ThreeMfBuild(root, this::part, SlicerProject.of(opc), limits, budget);
    if (root.items().isEmpty()) {
      throw new RefusedException(
          Refusal.Code.EMPTY,
          root.place() + ", build",
          "The file's build is empty: it does not say that anything shall be printed.");
    }
    MeshBuilder builder = new MeshBuilder(limits);
    List<Model.Notice> notices = new ArrayList<>(build.placeInto(builder));
    if (builder.triangles() == 0) {
      throw new RefusedException(
          Refusal.Code.EMPTY,
          root.place() + ", build",
          "The file contains only things that are not printed, such as supports or objects that"
              + " are switched off.");
    }
    return builder.build(MeshFormat.THREE_MF, root.unit(), notices);
  }

  // 3MF Core Specification, 2.1.1.
  private String startPart(List<OpcPackage.Relationship> relationships) {
    List<String> starts =
        relationships.stream()
            .filter(relationship -> relationship.type().equals(START_PART))
            .map(OpcPackage.Relationship::target)
            .toList();
    if (starts.isEmpty()) {
      throw invalid(
          OpcPackage.ROOT_RELATIONSHIPS,
          "The package does not say which of its parts is the 3D model");
    }
    if (starts.size() > 1) {
      throw invalid(
          OpcPackage.ROOT_RELATIONSHIPS,
          "The package names more than one 3D model part to begin with");
    }
    String start = starts.get(0);
    if (opc.part(start) == null) {
      throw invalid(
          OpcPackage.ROOT_RELATIONSHIPS, "The 3D model part that the package names is missing");
    }
    if (!opc.contentType(start).equalsIgnoreCase(MODEL_CONTENT_TYPE)) {
      throw invalid(
          OpcPackage.CONTENT_TYPES, "The 3D model part has not the content type of 3D models");
    }
    return start;
  }

  /**
   * 3MF Core Specification, 2.1.1: these must be there if a relationship leads to them. A thumbnail
   * of a content type that the package does not declare either was taken out by a program that
   * strips pictures and forgot the relationship; nobody misses it.
   */
  private void checkTargets(List<OpcPackage.Relationship> relationships, String place) {
    for (OpcPackage.Relationship relationship : relationships) {
      String target = relationship.target();
      if (opc.part(target) != null) {
        continue;
      }
      if (relationship.type().equals(THUMBNAIL) && !opc.contentType(target).isEmpty()) {
        throw invalid(place, "The thumbnail that the package names is missing");
      }
      if (relationship.type().equals(PRINT_TICKET)) {
        throw invalid(place, "The print ticket that the package names is missing");
      }
    }
  }

  private void checkModelRelationships(String start, ThreeMfModelPart root) throws IOException {
    List<OpcPackage.Relationship> relationships = opc.relationshipsOf(start);
    String place = "relationships of " + root.place();
    checkTargets(relationships, place);
    // 3MF Core Specification, 2.1.4.
    if (relationships.stream()
            .filter(relationship -> relationship.type().equals(PRINT_TICKET))
            .count()
        > 1) {
      throw invalid(place, "The 3D model part has more than one print ticket");
    }
    // Production Extension, 3.3.
    for (String path : paths(root)) {
      if (relationships.stream()
          .noneMatch(
              relationship ->
                  relationship.type().equals(START_PART)
                      && OpcPackage.same(relationship.target(), path))) {
        throw new RefusedException(
            Refusal.Code.DANGLING_REFERENCE,
            place,
            "The model refers to another model part without a relationship to it; please export"
                + " the model again.");
      }
    }
  }

  private static List<String> paths(ThreeMfModelPart root) {
    List<String> paths = new ArrayList<>();
    for (ThreeMfModelPart.Item item : root.items()) {
      if (item.path() != null) {
        paths.add(item.path());
      }
    }
    for (ThreeMfModelPart.ThreeMfObject object : root.objects().values()) {
      for (ThreeMfModelPart.Component component : object.components()) {
        if (component.path() != null) {
          paths.add(component.path());
        }
      }
    }
    return paths.stream().distinct().toList();
  }

  private ThreeMfModelPart part(String name) throws IOException {
    return part(name, false);
  }

  private ThreeMfModelPart part(String name, boolean root) throws IOException {
    String key = OpcPackage.folded(name);
    ThreeMfModelPart known = modelParts.get(key);
    if (known == null) {
      known = ThreeMfModelParser.parse(opc, name, root, allowance, budget);
      modelParts.put(key, known);
    }
    return known;
  }

  private static RefusedException invalid(String place, String what) {
    return new RefusedException(
        Refusal.Code.INVALID_PACKAGE, place, what + "; please export the model again.");
  }
}
