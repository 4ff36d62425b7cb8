package io.ktizo.core.mesh;

import io.ktizo.core.mesh.ThreeMfModelPart.Component;
import io.ktizo.core.mesh.ThreeMfModelPart.Item;
import io.ktizo.core.mesh.ThreeMfModelPart.ObjectType;
import io.ktizo.core.mesh.ThreeMfModelPart.ThreeMfObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import org.jspecify.annotations.Nullable;

/**
 * Parses a 3D Model part: 3MF Core Specification 1.4, of the Materials and Properties Extension 1.2
 * what decides whether a document is valid, of the Production Extension 1.2 the paths.
 *
 * <p>The rules of the specification are kept as it states them, with four exceptions for the sake
 * of files that people have: a component may name an object that is defined later (loops are found
 * when the build is resolved), attributes without a namespace that the specification does not know
 * are ignored (slicers write some), so are metadata names without a namespace that it does not
 * list, and a triangle may name a point twice (reports count it as degenerate). Elements and
 * attributes of other namespaces are ignored as the specification demands, unless the document says
 * that they are required.
 *
 * <p>Documents in the namespace that was used before version 1.0 are read for their geometry; their
 * materials follow other rules and are skipped.
 */
final class ThreeMfModelParser {
  private static final String CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02";
  private static final String BEFORE_1_0 = "http://schemas.microsoft.com/3dmanufacturing/2013/01";
  private static final String PRODUCTION =
      "http://schemas.microsoft.com/3dmanufacturing/production/2015/06";
  private static final String SECURE_CONTENT =
      "http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04";
  private static final String TRIANGLE_SETS =
      "http://schemas.microsoft.com/3dmanufacturing/trianglesets/2021/07";
  private static final String SLICE = "http://schemas.microsoft.com/3dmanufacturing/slice/2015/07";
  private static final String ALTERNATIVES =
      "http://schemas.microsoft.com/3dmanufacturing/production/alternatives/2021/04";

  /** The names that the consortium keeps for extensions of its own. */
  private static final String RESERVED_NAMESPACES = "http://schemas.microsoft.com/3dmanufacturing/";

  private static final String MARKUP_COMPATIBILITY =
      "http://schemas.openxmlformats.org/markup-compatibility/2006";

  /**
   * Extensions that give an object another shape than its triangles, and the words for it. An
   * element of theirs in a printed object means that the triangles alone would be a wrong answer.
   */
  private static final Map<String, String> OTHER_SHAPES =
      Map.of(
          "http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02", "a beam lattice",
          "http://schemas.microsoft.com/3dmanufacturing/volumetric/2019/07", "volumetric data",
          "http://schemas.microsoft.com/3dmanufacturing/volumetric/2022/01", "volumetric data",
          "http://schemas.3mf.io/3dmanufacturing/volumetric/2022/01", "volumetric data",
          "http://schemas.3mf.io/3dmanufacturing/implicit/2023/12", "an implicit function",
          "http://schemas.microsoft.com/3dmanufacturing/displacement/2022/07",
              "a displaced surface",
          "http://schemas.3mf.io/3dmanufacturing/displacement/2023/10", "a displaced surface",
          "http://schemas.microsoft.com/3dmanufacturing/booleanoperations/2023/07",
              "boolean operations",
          "http://schemas.3mf.io/3dmanufacturing/booleanoperations/2023/07", "boolean operations");

  /** Elements that in the first edition of the schema take no foreign attributes. */
  private static final Set<String> WITHOUT_FOREIGN_ATTRIBUTES =
      Set.of("mesh", "vertices", "triangles", "components", "basematerials", "metadata");

  private static final Pattern UUID =
      Pattern.compile(
          "\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

  private final XmlCursor xml;
  private final String place;
  private final boolean root;
  private final ObjectMesh.Allowance allowance;
  private final Budget budget;
  private final ThreeMfProperties properties;
  private final Map<Integer, ThreeMfObject> objects = new LinkedHashMap<>();
  private final List<Item> items = new ArrayList<>();
  private boolean beforeOne;

  private ThreeMfModelParser(
      XmlCursor xml, String place, boolean root, ObjectMesh.Allowance allowance, Budget budget) {
    this.xml = xml;
    this.place = place;
    this.root = root;
    this.allowance = allowance;
    this.budget = budget;
    this.properties = new ThreeMfProperties(xml);
  }

  /**
   * Parses one part.
   *
   * @param root whether this is the part that the package begins with
   * @param allowance shared by all parts of the package
   */
  static ThreeMfModelPart parse(
      OpcPackage opc, String part, boolean root, ObjectMesh.Allowance allowance, Budget budget)
      throws IOException {
    ZipPackage.Entry entry = opc.part(part);
    String place = opc.display(part);
    if (entry == null) {
      throw new RefusedException(
          Refusal.Code.DANGLING_REFERENCE,
          place,
          "The file refers to a part that it does not contain; please export the model again.");
    }
    try (XmlCursor xml = opc.open(entry, place, ThreeMfModelParser::checkReservedAttributes)) {
      return new ThreeMfModelParser(xml, place, root, allowance, budget).model();
    }
  }

  /** 3MF Core Specification, 2.3.2 rule 4 and 2.3.4, on every element, also skipped ones. */
  private static void checkReservedAttributes(XmlCursor xml) {
    for (int i = 0; i < xml.attributes(); i++) {
      String namespace = xml.attributeNamespace(i);
      if (namespace.isEmpty()) {
        continue;
      }
      if (namespace.equals(XMLConstants.XML_NS_URI) && xml.attributeName(i).equals("space")) {
        throw xml.refusal(
            Refusal.Code.MALFORMED,
            "The file uses the attribute xml:space for white space, which 3MF forbids; please"
                + " export the model again.");
      }
      if (namespace.equals(XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI)) {
        throw xml.refusal(
            Refusal.Code.MALFORMED,
            "The file uses an attribute of the namespace xsi, which 3MF forbids; please export the"
                + " model again.");
      }
    }
  }

  private ThreeMfModelPart model() throws IOException {
    beforeOne = xml.namespace().equals(BEFORE_1_0);
    if (!xml.name().equals("model") || !isCore()) {
      throw malformed("The 3D model part does not begin with a model element of 3MF");
    }
    Set<String> ignorable = ignorableNamespaces();
    LengthUnit unit = unit();
    checkRequiredExtensions();
    boolean resources = false;
    boolean build = false;
    Set<String> metadata = new HashSet<>();
    while (xml.nextChild(1)) {
      if (!isCore()) {
        continue;
      }
      switch (xml.name()) {
        case "metadata" -> metadata(metadata);
        case "resources" -> {
          once(resources, "resources");
          resources = true;
          resources(ignorable);
        }
        case "build" -> {
          once(build, "build");
          build = true;
          build();
        }
        default -> unknownElement();
      }
    }
    if (!resources) {
      throw malformed("The model lacks its resources element");
    }
    if (!build) {
      throw malformed("The model lacks its build element");
    }
    if (!xml.endsHere()) {
      throw malformed("There must be exactly one model element, but something follows the first");
    }
    return new ThreeMfModelPart(place, unit, objects, items);
  }

  private Set<String> ignorableNamespaces() {
    Set<String> namespaces = new HashSet<>();
    String prefixes = xml.attribute(MARKUP_COMPATIBILITY, "Ignorable");
    if (prefixes != null) {
      for (String prefix : Lexical.words(prefixes)) {
        String namespace = xml.namespaceOf(prefix);
        if (namespace != null) {
          namespaces.add(namespace);
        }
      }
    }
    return namespaces;
  }

  private LengthUnit unit() {
    String unit = xml.attribute("unit");
    if (unit == null) {
      return LengthUnit.MILLIMETRE;
    }
    return switch (unit) {
      case "micron" -> LengthUnit.MICRON;
      case "millimeter" -> LengthUnit.MILLIMETRE;
      case "centimeter" -> LengthUnit.CENTIMETRE;
      case "inch" -> LengthUnit.INCH;
      case "foot" -> LengthUnit.FOOT;
      case "meter" -> LengthUnit.METRE;
      default ->
          throw malformed(
              "The model's unit is none of micron, millimeter, centimeter, inch, foot and meter");
    };
  }

  private void checkRequiredExtensions() {
    String prefixes = xml.attribute("requiredextensions");
    if (prefixes == null) {
      return;
    }
    for (String prefix : Lexical.words(prefixes)) {
      String namespace = xml.namespaceOf(prefix);
      if (namespace == null) {
        throw malformed("The model requires an extension whose prefix it does not declare");
      }
      boolean understood =
          namespace.equals(ThreeMfProperties.MATERIALS)
              || namespace.equals(PRODUCTION)
              || namespace.equals(ALTERNATIVES)
              || namespace.equals(TRIANGLE_SETS)
              || namespace.equals(SLICE)
              || namespace.equals(SECURE_CONTENT)
              || OTHER_SHAPES.containsKey(namespace);
      if (!understood) {
        throw xml.refusal(
            Refusal.Code.UNSUPPORTED_FEATURE,
            "The file requires an extension of 3MF that we cannot read; please export the model"
                + " again without it.");
      }
    }
  }

  // 3MF Core Specification, 3.4.1.
  private void metadata(Set<String> names) {
    String name = xml.attribute("name");
    if (name == null || name.isBlank() || isPlaceholder(name)) {
      throw malformed("An entry of the metadata has no name");
    }
    int colon = name.indexOf(':');
    if (colon >= 0 && !beforeOne && xml.namespaceOf(name.substring(0, colon)) == null) {
      throw malformed("The name of a metadata entry has a prefix that is not declared");
    }
    if (!names.add(name)) {
      throw malformed("Two entries of the metadata have the same name");
    }
  }

  /** What some producers write when they have no name to give. */
  private static boolean isPlaceholder(String name) {
    return name.strip().equalsIgnoreCase("undefined");
  }

  private void metadataGroup() throws IOException {
    int depth = xml.depth();
    Set<String> names = new HashSet<>();
    while (xml.nextChild(depth)) {
      if (isCore() && xml.name().equals("metadata")) {
        metadata(names);
      }
    }
  }

  private void resources(Set<String> ignorable) throws IOException {
    while (xml.nextChild(2)) {
      if (isCore() && xml.name().equals("object")) {
        object(ignorable);
      } else if (!beforeOne) {
        if (!properties.read(isCore()) && isCore()) {
          unknownElement();
        }
      }
    }
  }

  // 3MF Core Specification, chapter 4.
  private void object(Set<String> ignorable) throws IOException {
    int id = beforeOne ? index("id") : properties.newId();
    ObjectType type = type();
    checkUuid();
    int pid = -1;
    if (!beforeOne) {
      pid = properties.objectDefault();
    }
    @Nullable String unsupported = reducedResolution();
    boolean sliced = xml.attribute(SLICE, "slicestackid") != null;
    SlicerProject.Role role = SlicerProject.Role.PRINTED;
    @Nullable ObjectMesh mesh = null;
    @Nullable List<Component> components = null;
    while (xml.nextChild(3)) {
      if (!isCore()) {
        unsupported = firstOf(unsupported, otherShape());
        continue;
      }
      switch (xml.name()) {
        case "metadatagroup" -> role = curaRole();
        case "mesh" -> {
          once(mesh != null || components != null, "mesh or components");
          mesh = new ObjectMesh(allowance);
          checkForeignAttributes(ignorable);
          unsupported = firstOf(unsupported, mesh(mesh, id, pid, ignorable));
        }
        case "components" -> {
          once(mesh != null || components != null, "mesh or components");
          checkForeignAttributes(ignorable);
          components = components();
        }
        default -> unknownElement();
      }
    }
    if (mesh == null && components == null && unsupported == null) {
      throw malformed("Object " + id + " has neither a mesh nor components");
    }
    ThreeMfObject object =
        new ThreeMfObject(
            id, type, mesh, components == null ? List.of() : components, unsupported, sliced, role);
    if (objects.putIfAbsent(id, object) != null) {
      throw malformed("Two resources of the model have the same id, " + id);
    }
    if (!beforeOne) {
      properties.add(id, ThreeMfProperties.Kind.OBJECT, 0);
    }
  }

  /** What the current element of an extension makes the shape of, {@code null} if it does not. */
  private @Nullable String otherShape() {
    // Volume data colours the inside; the triangles remain the shape.
    return xml.name().equals("volumedata") ? null : OTHER_SHAPES.get(xml.namespace());
  }

  private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
    return first != null ? first : second;
  }

  private ObjectType type() {
    String type = xml.attribute("type");
    if (type == null) {
      return ObjectType.MODEL;
    }
    return switch (type) {
      case "model" -> ObjectType.MODEL;
      case "solidsupport" -> ObjectType.SOLID_SUPPORT;
      case "support" -> ObjectType.SUPPORT;
      case "surface" -> ObjectType.SURFACE;
      case "other" -> ObjectType.OTHER;
      default ->
          throw malformed(
              "An object's type is none of model, solidsupport, support, surface and other");
    };
  }

  /** Slice Extension, 4.1, and Production Extension, 4.2.2: triangles that are only a preview. */
  private @Nullable String reducedResolution() {
    if ("lowres".equals(xml.attribute(SLICE, "meshresolution"))) {
      return "slices, with a coarse mesh for display only";
    }
    String resolution = xml.attribute(ALTERNATIVES, "modelresolution");
    if (resolution != null && !resolution.equals("fullres")) {
      return "a coarse or obfuscated stand-in for the real model";
    }
    return null;
  }

  /** Cura marks its helper meshes in the metadata of the object. */
  private SlicerProject.Role curaRole() throws IOException {
    SlicerProject.Role role = SlicerProject.Role.PRINTED;
    int depth = xml.depth();
    Set<String> names = new HashSet<>();
    while (xml.nextChild(depth)) {
      if (!isCore() || !xml.name().equals("metadata")) {
        continue;
      }
      metadata(names);
      String name = xml.attribute("name");
      boolean set = xml.text().strip().equalsIgnoreCase("true");
      if (set && name != null) {
        role =
            switch (name) {
              case "cura:infill_mesh", "cura:cutting_mesh" -> SlicerProject.Role.MODIFIER;
              case "cura:support_mesh", "cura:anti_overhang_mesh" ->
                  SlicerProject.Role.SUPPORT_HINT;
              default -> role;
            };
      }
    }
    return role;
  }

  /**
   * Reads a mesh.
   *
   * @return what else than the triangles makes the shape, {@code null} if nothing does
   */
  private @Nullable String mesh(ObjectMesh mesh, int object, int objectPid, Set<String> ignorable)
      throws IOException {
    @Nullable String otherShape = null;
    boolean vertices = false;
    boolean triangles = false;
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      if (!isCore()) {
        otherShape = firstOf(otherShape, otherShape());
        continue;
      }
      switch (xml.name()) {
        case "vertices" -> {
          once(vertices, "vertices");
          vertices = true;
          checkForeignAttributes(ignorable);
          vertices(mesh, object);
        }
        case "triangles" -> {
          once(triangles, "triangles");
          if (!vertices) {
            throw malformed("The triangles of object " + object + " come before its vertices");
          }
          triangles = true;
          checkForeignAttributes(ignorable);
          triangles(mesh, object, objectPid);
        }
        default -> {
          if (!beforeOne) {
            unknownElement();
          }
        }
      }
    }
    if (!vertices || (!triangles && otherShape == null)) {
      throw malformed("The mesh of object " + object + " lacks its vertices or triangles");
    }
    return otherShape;
  }

  private void vertices(ObjectMesh mesh, int object) throws IOException {
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      if (!isCore()) {
        continue;
      }
      if (!xml.name().equals("vertex")) {
        unknownElement();
      }
      budget.tick();
      double x = Double.NaN;
      double y = Double.NaN;
      double z = Double.NaN;
      int seen = 0;
      for (int i = 0; i < xml.attributes(); i++) {
        String name = xml.attributeName(i);
        if (name.length() == 1 && xml.attributeNamespace(i).isEmpty()) {
          switch (name.charAt(0)) {
            case 'x' -> {
              x = coordinate(mesh, object, xml.attributeValue(i));
              seen++;
            }
            case 'y' -> {
              y = coordinate(mesh, object, xml.attributeValue(i));
              seen++;
            }
            case 'z' -> {
              z = coordinate(mesh, object, xml.attributeValue(i));
              seen++;
            }
            default -> {
              // No attribute of 3MF.
            }
          }
        }
      }
      if (seen < 3) {
        throw malformed("Vertex " + mesh.points() + " of object " + object + " lacks x, y or z");
      }
      mesh.point(x, y, z);
    }
  }

  private double coordinate(ObjectMesh mesh, int object, String text) {
    double value = Lexical.number(text);
    if (!MeshBuilder.isUsable((float) value)) {
      throw MeshBuilder.badCoordinate(place + ", object " + object + ", vertex " + mesh.points());
    }
    return value;
  }

  // 3MF Core Specification, 4.1.4.
  private void triangles(ObjectMesh mesh, int object, int objectPid) throws IOException {
    int depth = xml.depth();
    int[] corner = new int[3];
    int[] property = new int[3];
    while (xml.nextChild(depth)) {
      if (!isCore()) {
        continue;
      }
      if (!xml.name().equals("triangle")) {
        unknownElement();
      }
      budget.tick();
      corner[0] = corner[1] = corner[2] = -1;
      property[0] = property[1] = property[2] = -1;
      int pid = objectPid;
      for (int i = 0; i < xml.attributes(); i++) {
        String name = xml.attributeName(i);
        if (!xml.attributeNamespace(i).isEmpty()) {
          continue;
        }
        if (name.length() == 2 && name.charAt(1) >= '1' && name.charAt(1) <= '3') {
          int which = name.charAt(1) - '1';
          if (name.charAt(0) == 'v') {
            corner[which] = corner(mesh, object, xml.attributeValue(i));
          } else if (name.charAt(0) == 'p' && !beforeOne) {
            property[which] = propertyIndex(mesh, object, xml.attributeValue(i));
          }
        } else if (name.equals("pid") && !beforeOne) {
          pid = properties.reference(xml.attributeValue(i));
        }
      }
      if (corner[0] < 0 || corner[1] < 0 || corner[2] < 0) {
        throw malformed(
            "Triangle " + mesh.triangles() + " of object " + object + " lacks v1, v2 or v3");
      }
      for (int index : property) {
        if (index >= 0) {
          properties.checkIndex(pid, index);
        }
      }
      mesh.triangle(corner[0], corner[1], corner[2]);
    }
  }

  private int corner(ObjectMesh mesh, int object, String text) {
    int index = Lexical.index(text);
    if (index < 0 || index >= mesh.points()) {
      throw new RefusedException(
          index < 0 ? Refusal.Code.MALFORMED : Refusal.Code.DANGLING_REFERENCE,
          place + ", object " + object + ", triangle " + mesh.triangles(),
          "A triangle refers to a point that does not exist; please export the model again.");
    }
    return index;
  }

  private int propertyIndex(ObjectMesh mesh, int object, String text) {
    int index = Lexical.index(text);
    if (index < 0) {
      throw malformed(
          "A property of triangle " + mesh.triangles() + " of object " + object + " is no number");
    }
    return index;
  }

  // 3MF Core Specification, 4.2, and Production Extension, 3.1.2.
  private List<Component> components() throws IOException {
    List<Component> components = new ArrayList<>();
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      if (!isCore()) {
        continue;
      }
      if (!xml.name().equals("component")) {
        unknownElement();
      }
      budget.tick();
      checkUuid();
      String path = path();
      if (path != null && !root) {
        throw malformed("A component outside the root model part has a path");
      }
      components.add(new Component(index("objectid"), path, transform()));
    }
    if (components.isEmpty()) {
      throw malformed("An object has an empty list of components");
    }
    return components;
  }

  // 3MF Core Specification, 3.4.3.
  private void build() throws IOException {
    if (!root) {
      // Production Extension, chapter 2: only the root part's build counts.
      return;
    }
    checkUuid();
    while (xml.nextChild(2)) {
      if (!isCore()) {
        continue;
      }
      if (!xml.name().equals("item")) {
        unknownElement();
      }
      checkUuid();
      String printable = xml.attribute("printable");
      boolean printed =
          printable == null || !(printable.strip().equals("0") || printable.equals("false"));
      items.add(new Item(index("objectid"), path(), transform(), printed));
      int depth = xml.depth();
      while (xml.nextChild(depth)) {
        if (isCore() && xml.name().equals("metadatagroup")) {
          metadataGroup();
        }
      }
    }
  }

  private Affine transform() {
    String text = xml.attribute("transform");
    if (text == null) {
      return Affine.IDENTITY;
    }
    Affine transform = Lexical.transform(text);
    if (transform == null) {
      throw malformed("A transform does not consist of twelve numbers");
    }
    double determinant = transform.determinant();
    if (determinant == 0 || !Double.isFinite(determinant)) {
      throw malformed("A transform flattens its object to nothing");
    }
    return transform;
  }

  private @Nullable String path() {
    String path = xml.attribute(PRODUCTION, "path");
    if (path == null) {
      return null;
    }
    String part = path.startsWith("/") ? OpcPackage.resolve("/", path) : null;
    if (part == null) {
      throw malformed("A path does not lead to a part of the package");
    }
    return part;
  }

  private void checkUuid() {
    String uuid = xml.attribute(PRODUCTION, "UUID");
    if (uuid != null && !UUID.matcher(uuid).matches()) {
      throw malformed("A UUID is not of the form that the production extension demands");
    }
  }

  private int index(String attribute) {
    String text = xml.attribute(attribute);
    int index = text == null ? -1 : Lexical.index(text);
    if (index < 0) {
      throw malformed(
          "The attribute "
              + attribute
              + " of an element "
              + xml.name()
              + " is missing or not a whole number");
    }
    return index;
  }

  /**
   * The first edition of the schema gives these elements no room for foreign attributes; later ones
   * do. So only an attribute that no edition can mean is refused: of a namespace within those that
   * the consortium keeps for itself, of which the document does not say that it may be ignored.
   */
  private void checkForeignAttributes(Set<String> ignorable) {
    if (!WITHOUT_FOREIGN_ATTRIBUTES.contains(xml.name())) {
      return;
    }
    for (int i = 0; i < xml.attributes(); i++) {
      String namespace = xml.attributeNamespace(i);
      if (namespace.startsWith(RESERVED_NAMESPACES)
          && !isPublished(namespace)
          && !ignorable.contains(namespace)) {
        throw malformed("An attribute belongs to a namespace of 3MF that no specification defines");
      }
    }
  }

  private static boolean isPublished(String namespace) {
    // Published extensions end in the year and month of their edition.
    return namespace.matches(".*/20\\d\\d/\\d\\d");
  }

  private boolean isCore() {
    return xml.namespace().equals(beforeOne ? BEFORE_1_0 : CORE);
  }

  private void once(boolean before, String what) {
    if (before) {
      throw malformed("An element contains " + what + " twice");
    }
  }

  private void unknownElement() {
    if (!beforeOne) {
      throw malformed("The model contains an element that 3MF does not define in that place");
    }
  }

  private RefusedException malformed(String what) {
    return xml.refusal(Refusal.Code.MALFORMED, what + "; please export the model again.");
  }
}
