package io.ktizo.core.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads AMF files: ISO/ASTM 52915:2020, as plain XML or zipped.
 *
 * <p>Printed is every constellation that no other contains, and every object that stands in no
 * constellation. Triangles are taken as flat: curved ones (normals at vertices, tangents at edges)
 * are reported in a notice. Support volumes are left out, and so are the modifiers of Slic3r and
 * PrusaSlicer, which they note in the metadata of a volume.
 */
final class AmfReader {
  private static final String PLACE = "AMF";
  private static final String NAMESPACE_OF_LATER_EDITIONS = "http://www.astm.org/amf";

  private final XmlCursor xml;
  private final MeshLimits limits;
  private final Budget budget;
  private final ObjectMesh.Allowance allowance;
  private final Map<Integer, ObjectMesh> objects = new LinkedHashMap<>();
  private final Map<Integer, List<Instance>> constellations = new LinkedHashMap<>();
  private final Map<Integer, Extent> extents = new HashMap<>();
  private boolean anglesInRadians;
  private boolean curved;
  private int supports;
  private int modifiers;
  private int notPrintable;

  private AmfReader(XmlCursor xml, MeshLimits limits, Budget budget) {
    this.xml = xml;
    this.limits = limits;
    this.budget = budget;
    this.allowance = new ObjectMesh.Allowance(limits);
  }

  private record Instance(int objectId, Affine placement) {}

  /**
   * What an object or constellation comes to.
   *
   * @param size triangles and placements together
   * @param height how many constellations deep it goes
   */
  private record Extent(long size, int height) {}

  /**
   * Reads a file that was recognised as {@link MeshFormat#AMF}.
   *
   * @throws RefusedException with the reason, if it cannot be accepted
   * @throws IOException if the disk fails
   */
  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    byte[] head = source.head(2);
    boolean zipped = head.length == 2 && head[0] == 'P' && head[1] == 'K';
    InputStream document = zipped ? unzipped(source, limits, budget) : new SourceStream(source);
    try (XmlCursor xml = XmlCursor.open(document, PLACE, limits, budget)) {
      return new AmfReader(xml, limits, budget).model();
    }
  }

  /** ISO/ASTM 52915: an AMF file may be zipped, alone in its archive. */
  private static InputStream unzipped(Source source, MeshLimits limits, Budget budget)
      throws IOException {
    ZipPackage zip = ZipPackage.open(source, limits, budget);
    List<ZipPackage.Entry> documents =
        zip.files().stream()
            .filter(entry -> entry.name().toLowerCase(Locale.ROOT).endsWith(".amf"))
            .toList();
    if (documents.size() != 1) {
      throw new RefusedException(
          Refusal.Code.INVALID_PACKAGE,
          "",
          "The archive does not hold exactly one AMF file; please send the models one by one.");
    }
    return zip.open(documents.get(0));
  }

  /** The whole of a source, once, from its beginning. */
  private static final class SourceStream extends InputStream {
    private final Source source;
    private long position;

    SourceStream(Source source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = source.read(position, into, offset, length);
      position += count;
      return count == 0 && length > 0 ? -1 : count;
    }
  }

  private Model model() throws IOException {
    if (!xml.name().equals("amf")
        || !(xml.namespace().isEmpty() || xml.namespace().equals(NAMESPACE_OF_LATER_EDITIONS))) {
      throw new RefusedException(
          Refusal.Code.UNKNOWN_FORMAT, "", "This is an XML file, but not a model that we know.");
    }
    LengthUnit unit = unit();
    while (xml.nextChild(1)) {
      switch (xml.name()) {
        case "object" -> object();
        case "constellation" -> constellation();
        case "metadata" -> producer();
        default -> {
          // Materials and textures do not change the shape.
        }
      }
    }
    if (!xml.endsHere()) {
      throw malformed("Something follows the end of the model");
    }
    return build(unit);
  }

  private LengthUnit unit() {
    String unit = xml.attribute("unit");
    if (unit == null) {
      return LengthUnit.MILLIMETRE;
    }
    return switch (unit.strip().toLowerCase(Locale.ROOT)) {
      case "", "millimeter", "mm" -> LengthUnit.MILLIMETRE;
      case "inch", "in" -> LengthUnit.INCH;
      case "feet", "foot", "ft" -> LengthUnit.FOOT;
      case "meter", "m" -> LengthUnit.METRE;
      case "micron", "micrometer" -> LengthUnit.MICRON;
      default -> throw malformed("The unit is none of millimeter, inch, feet, meter and micron");
    };
  }

  /** PrusaSlicer and its ancestor write angles in radians where the standard has degrees. */
  private void producer() throws IOException {
    if ("cad".equals(xml.attribute("type"))) {
      String name = xml.text().strip();
      anglesInRadians = name.startsWith("PrusaSlicer") || name.startsWith("Slic3r Prusa");
    }
  }

  private void object() throws IOException {
    int id = id("id");
    if (objects.containsKey(id) || constellations.containsKey(id)) {
      throw malformed("Two objects have the same id, " + id);
    }
    ObjectMesh mesh = new ObjectMesh(allowance);
    objects.put(id, mesh);
    while (xml.nextChild(2)) {
      switch (xml.name()) {
        case "mesh" -> mesh(mesh, id);
        case "voxels", "lattice" ->
            throw xml.refusal(
                Refusal.Code.UNSUPPORTED_FEATURE,
                "The shape of an object is given in another form than triangles, which we cannot"
                    + " read; please export the model as plain triangles.");
        default -> {
          // Names, colours.
        }
      }
    }
  }

  /** Several meshes of an object number their points each from 0. */
  private void mesh(ObjectMesh mesh, int object) throws IOException {
    int firstPoint = mesh.points();
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      switch (xml.name()) {
        case "vertices" -> vertices(mesh, object);
        case "volume" -> volume(mesh, object, firstPoint);
        default -> {
          // Colours.
        }
      }
    }
  }

  private void vertices(ObjectMesh mesh, int object) throws IOException {
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      budget.tick();
      switch (xml.name()) {
        case "vertex" -> vertex(mesh, object);
        case "edge" -> curved = true;
        default -> {
          // Nothing else has a place.
        }
      }
    }
  }

  private void vertex(ObjectMesh mesh, int object) throws IOException {
    double[] xyz = {Double.NaN, Double.NaN, Double.NaN};
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      switch (xml.name()) {
        case "coordinates" -> {
          int inner = xml.depth();
          while (xml.nextChild(inner)) {
            String axis = xml.name();
            if (axis.length() == 1 && axis.charAt(0) >= 'x' && axis.charAt(0) <= 'z') {
              xyz[axis.charAt(0) - 'x'] = Lexical.number(xml.text());
            }
          }
        }
        case "normal" -> curved = true;
        default -> {
          // Colours.
        }
      }
    }
    for (double coordinate : xyz) {
      if (!MeshBuilder.isUsable((float) coordinate)) {
        throw MeshBuilder.badCoordinate("object " + object + ", vertex " + mesh.points());
      }
    }
    mesh.point(xyz[0], xyz[1], xyz[2]);
  }

  private void volume(ObjectMesh mesh, int object, int firstPoint) throws IOException {
    boolean support = "support".equalsIgnoreCase(xml.attribute("type"));
    boolean modifier = false;
    int firstTriangle = mesh.triangles();
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      switch (xml.name()) {
        case "triangle" -> triangle(mesh, object, firstPoint);
        case "metadata" -> modifier |= isModifier();
        default -> {
          // Colours and the maps of textures.
        }
      }
    }
    if (support || modifier) {
      supports += support ? 1 : 0;
      modifiers += support ? 0 : 1;
      mesh.cutBackTo(firstTriangle);
    }
  }

  private boolean isModifier() throws IOException {
    String type = xml.attribute("type");
    if (type == null || !type.startsWith("slic3r.")) {
      return false;
    }
    String value = xml.text().strip();
    return switch (type) {
      case "slic3r.modifier" -> value.equals("1");
      case "slic3r.volume_type" -> SlicerProject.Role.of(value) != SlicerProject.Role.PRINTED;
      default -> false;
    };
  }

  private void triangle(ObjectMesh mesh, int object, int firstPoint) throws IOException {
    budget.tick();
    int[] corners = {-1, -1, -1};
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      String name = xml.name();
      if (name.length() == 2 && name.charAt(0) == 'v' && "123".indexOf(name.charAt(1)) >= 0) {
        int index = Lexical.index(xml.text());
        if (index < 0 || index >= mesh.points() - firstPoint) {
          throw new RefusedException(
              index < 0 ? Refusal.Code.MALFORMED : Refusal.Code.DANGLING_REFERENCE,
              "object " + object + ", triangle " + mesh.triangles(),
              "A triangle refers to a point that does not exist; please export the model again.");
        }
        corners[name.charAt(1) - '1'] = firstPoint + index;
      }
    }
    if (corners[0] < 0 || corners[1] < 0 || corners[2] < 0) {
      throw malformed("A triangle lacks one of its corners");
    }
    mesh.triangle(corners[0], corners[1], corners[2]);
  }

  private void constellation() throws IOException {
    int id = id("id");
    if (objects.containsKey(id) || constellations.containsKey(id)) {
      throw malformed("Two objects have the same id, " + id);
    }
    List<Instance> instances = new ArrayList<>();
    while (xml.nextChild(2)) {
      if (xml.name().equals("instance")) {
        Instance instance = instance();
        if (instance != null) {
          instances.add(instance);
        }
      }
    }
    constellations.put(id, instances);
  }

  /**
   * An instance; {@code null} if it is marked as not printable. Scale and mirror are what Slic3r
   * adds to the standard; it scales first, then rotates about x, y and z, then moves.
   */
  private @Nullable Instance instance() throws IOException {
    int objectId = id("objectid");
    Map<String, Double> values = new HashMap<>();
    boolean printable = true;
    int depth = xml.depth();
    while (xml.nextChild(depth)) {
      String name = xml.name();
      String text = xml.text();
      if (name.equals("printable")) {
        printable = !text.strip().equals("0");
      } else {
        double value = Lexical.number(text);
        if (!Double.isFinite(value)) {
          throw malformed("A number in the placement of an object is not a usable number");
        }
        values.put(name, value);
      }
    }
    if (!printable) {
      notPrintable++;
      return null;
    }
    double scale = values.getOrDefault("scale", 1.0);
    Affine scaled =
        new Affine(
            scale * values.getOrDefault("scalex", 1.0) * mirror(values, "mirrorx"),
            0,
            0,
            0,
            scale * values.getOrDefault("scaley", 1.0) * mirror(values, "mirrory"),
            0,
            0,
            0,
            scale * values.getOrDefault("scalez", 1.0) * mirror(values, "mirrorz"),
            0,
            0,
            0);
    Affine placement =
        scaled
            .then(rotation(0, angle(values, "rx")))
            .then(rotation(1, angle(values, "ry")))
            .then(rotation(2, angle(values, "rz")))
            .then(
                new Affine(
                    1,
                    0,
                    0,
                    0,
                    1,
                    0,
                    0,
                    0,
                    1,
                    values.getOrDefault("deltax", 0.0),
                    values.getOrDefault("deltay", 0.0),
                    values.getOrDefault("deltaz", 0.0)));
    if (placement.determinant() == 0) {
      throw malformed("The placement of an object flattens it to nothing");
    }
    return new Instance(objectId, placement);
  }

  private static double mirror(Map<String, Double> values, String name) {
    return values.getOrDefault(name, 1.0) < 0 ? -1 : 1;
  }

  private double angle(Map<String, Double> values, String name) {
    double angle = values.getOrDefault(name, 0.0);
    return anglesInRadians ? angle : Math.toRadians(angle);
  }

  /** A right-handed turn about the axis x (0), y (1) or z (2), for row vectors. */
  private static Affine rotation(int axis, double angle) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    return switch (axis) {
      case 0 -> new Affine(1, 0, 0, 0, cos, sin, 0, -sin, cos, 0, 0, 0);
      case 1 -> new Affine(cos, 0, -sin, 0, 1, 0, sin, 0, cos, 0, 0, 0);
      default -> new Affine(cos, sin, 0, -sin, cos, 0, 0, 0, 1, 0, 0, 0);
    };
  }

  private Model build(LengthUnit unit) {
    MeshBuilder builder = new MeshBuilder(limits);
    Set<Integer> contained = new HashSet<>();
    constellations
        .values()
        .forEach(instances -> instances.forEach(instance -> contained.add(instance.objectId)));
    Affine toMillimetres = Affine.scaling(unit.millimetres());
    List<Integer> roots = new ArrayList<>();
    for (Integer id : constellations.keySet()) {
      extentOf(id, new HashSet<>());
      if (!contained.contains(id)) {
        roots.add(id);
      }
    }
    for (Integer id : objects.keySet()) {
      if (!contained.contains(id)) {
        roots.add(id);
      }
    }
    for (Integer id : roots) {
      place(id, toMillimetres, builder);
    }
    return builder.build(MeshFormat.AMF, unit, notices());
  }

  /** Refuses loops, more placements than the limit, and constellations nested too deep. */
  private Extent extentOf(int id, Set<Integer> within) {
    ObjectMesh mesh = objects.get(id);
    if (mesh != null) {
      return new Extent(1L + mesh.triangles(), 0);
    }
    List<Instance> instances = constellations.get(id);
    if (instances == null) {
      throw new RefusedException(
          Refusal.Code.DANGLING_REFERENCE,
          "constellation",
          "The file refers to object "
              + id
              + ", which it does not define; please export the model"
              + " again.");
    }
    Extent known = extents.get(id);
    if (known != null) {
      return known;
    }
    if (!within.add(id)) {
      throw new RefusedException(
          Refusal.Code.MALFORMED,
          "constellation " + id,
          "A constellation contains itself; please export the model again.");
    }
    long size = 1;
    int height = 0;
    for (Instance instance : instances) {
      budget.tick();
      if (within.size() > limits.nesting()) {
        throw tooComplex(id);
      }
      Extent inner = extentOf(instance.objectId, within);
      size += inner.size;
      height = Math.max(height, inner.height);
      if (size > 2L * limits.triangles()) {
        throw tooComplex(id);
      }
    }
    within.remove(id);
    Extent extent = new Extent(size, height + 1);
    if (extent.height > limits.nesting()) {
      throw tooComplex(id);
    }
    extents.put(id, extent);
    return extent;
  }

  private static RefusedException tooComplex(int constellation) {
    return new RefusedException(
        Refusal.Code.TOO_COMPLEX,
        "constellation " + constellation,
        "The model repeats or nests its parts more often than we accept; please simplify it.");
  }

  private void place(int id, Affine placement, MeshBuilder builder) {
    budget.check();
    ObjectMesh mesh = objects.get(id);
    if (mesh != null) {
      mesh.placeInto(builder, placement);
      builder.endBody();
      return;
    }
    for (Instance instance : constellations.getOrDefault(id, List.of())) {
      place(instance.objectId, instance.placement.then(placement), builder);
    }
  }

  private List<Model.Notice> notices() {
    List<Model.Notice> notices = new ArrayList<>();
    if (curved) {
      notices.add(
          new Model.Notice(
              "amf.curved-triangles-flattened",
              "The file asks for curved triangles; they are printed flat, as most programs do."));
    }
    if (supports > 0) {
      notices.add(
          new Model.Notice(
              "amf.support-left-out",
              "Supports drawn as volumes were left out: " + supports + "."));
    }
    if (modifiers > 0) {
      notices.add(
          new Model.Notice(
              "amf.modifier-volume-left-out",
              "Volumes that only change slicer settings were left out: " + modifiers + "."));
    }
    if (notPrintable > 0) {
      notices.add(
          new Model.Notice(
              "amf.not-printable-left-out",
              "Objects marked as not to be printed were left out: " + notPrintable + "."));
    }
    return notices;
  }

  private int id(String attribute) {
    String text = xml.attribute(attribute);
    int id = text == null ? -1 : Lexical.index(text);
    if (id < 0) {
      throw malformed(
          "The attribute "
              + attribute
              + " of an element "
              + xml.name()
              + " is missing or not a whole number");
    }
    return id;
  }

  private RefusedException malformed(String what) {
    return xml.refusal(Refusal.Code.MALFORMED, what + "; please export the model again.");
  }
}
