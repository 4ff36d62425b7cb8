package io.ktizo.core.mesh;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A zip file read as a package of parts: Open Packaging Conventions, ISO/IEC 29500-2, as far as 3MF
 * uses them.
 *
 * <p>Parts are found through relationships and never by a customary name. A part is named by a path
 * that begins with {@code /}; capitals do not matter. A relationship may lead to a part of the same
 * package and nowhere else: nothing outside is ever looked at.
 */
final class OpcPackage {
  static final String CONTENT_TYPES = "[Content_Types].xml";
  static final String ROOT_RELATIONSHIPS = "_rels/.rels";

  private static final String CONTENT_TYPES_NAMESPACE =
      "http://schemas.openxmlformats.org/package/2006/content-types";
  private static final String RELATIONSHIPS_NAMESPACE =
      "http://schemas.openxmlformats.org/package/2006/relationships";

  private final ZipPackage zip;
  private final MeshLimits limits;
  private final Budget budget;
  private final Map<String, String> typeOfExtension = new HashMap<>();
  private final Map<String, String> typeOfPart = new HashMap<>();

  private OpcPackage(ZipPackage zip, MeshLimits limits, Budget budget) {
    this.zip = zip;
    this.limits = limits;
    this.budget = budget;
  }

  /**
   * A link from the package or from a part to a part.
   *
   * @param target the name of the part that is meant, with {@code /} in front; it need not exist
   */
  record Relationship(String type, String target) {}

  /** Reads the content types. Refuses a package without them, or with contradictory ones. */
  static OpcPackage of(ZipPackage zip, MeshLimits limits, Budget budget) throws IOException {
    OpcPackage opc = new OpcPackage(zip, limits, budget);
    ZipPackage.Entry types = zip.find(CONTENT_TYPES);
    if (types == null) {
      throw new RefusedException(
          Refusal.Code.INVALID_PACKAGE,
          CONTENT_TYPES,
          "The package has no list of content types, so it is not a valid 3MF file; please export"
              + " the model again.");
    }
    opc.readContentTypes(types);
    return opc;
  }

  private void readContentTypes(ZipPackage.Entry entry) throws IOException {
    try (XmlCursor xml = XmlCursor.open(zip.open(entry), CONTENT_TYPES, limits, budget)) {
      while (xml.nextChild(1)) {
        if (!xml.namespace().equals(CONTENT_TYPES_NAMESPACE)) {
          continue;
        }
        String type = required(xml, "ContentType");
        boolean first =
            switch (xml.name()) {
              case "Default" ->
                  typeOfExtension.putIfAbsent(folded(required(xml, "Extension")), type) == null;
              case "Override" ->
                  typeOfPart.putIfAbsent(folded(required(xml, "PartName")), type) == null;
              default -> true;
            };
        if (!first) {
          throw xml.refusal(
              Refusal.Code.INVALID_PACKAGE,
              "The list of content types names the same thing twice; please export the model"
                  + " again.");
        }
      }
    }
  }

  private static String required(XmlCursor xml, String attribute) {
    String value = xml.attribute(attribute);
    if (value == null) {
      throw xml.refusal(
          Refusal.Code.INVALID_PACKAGE,
          "An entry lacks its attribute " + attribute + "; please export the model again.");
    }
    return value;
  }

  /** The entry that holds the part, {@code null} if there is none. */
  ZipPackage.@Nullable Entry part(String name) {
    return zip.find(name.substring(1));
  }

  /** The content type of a part; empty if the package states none. */
  String contentType(String part) {
    String own = typeOfPart.get(folded(part));
    if (own != null) {
      return own;
    }
    int dot = part.lastIndexOf('.');
    return dot <= part.lastIndexOf('/')
        ? ""
        : typeOfExtension.getOrDefault(folded(part.substring(dot + 1)), "");
  }

  /** The relationships of the package itself. */
  List<Relationship> rootRelationships() throws IOException {
    ZipPackage.Entry entry = zip.find(ROOT_RELATIONSHIPS);
    return entry == null ? List.of() : readRelationships(entry, "/", ROOT_RELATIONSHIPS);
  }

  /** The relationships of a part. */
  List<Relationship> relationshipsOf(String part) throws IOException {
    int slash = part.lastIndexOf('/');
    String folder = part.substring(0, slash + 1);
    String name = folder.substring(1) + "_rels/" + part.substring(slash + 1) + ".rels";
    ZipPackage.Entry entry = zip.find(name);
    return entry == null
        ? List.of()
        : readRelationships(entry, folder, "relationships of " + display(part));
  }

  private List<Relationship> readRelationships(ZipPackage.Entry entry, String folder, String place)
      throws IOException {
    List<Relationship> relationships = new ArrayList<>();
    Set<Relationship> seen = new HashSet<>();
    try (XmlCursor xml = XmlCursor.open(zip.open(entry), place, limits, budget)) {
      while (xml.nextChild(1)) {
        if (!xml.namespace().equals(RELATIONSHIPS_NAMESPACE)
            || !xml.name().equals("Relationship")) {
          continue;
        }
        Relationship relationship =
            new Relationship(required(xml, "Type"), target(xml, folder, required(xml, "Target")));
        if (!seen.add(new Relationship(relationship.type, folded(relationship.target)))) {
          // 3MF Core Specification, 2.1.1: at most one of a type from one part to another.
          throw xml.refusal(
              Refusal.Code.INVALID_PACKAGE,
              "The same relationship is stated twice; please export the model again.");
        }
        relationships.add(relationship);
      }
    }
    return relationships;
  }

  private static String target(XmlCursor xml, String folder, String reference) {
    if ("External".equals(xml.attribute("TargetMode"))) {
      throw outside(xml);
    }
    String target = resolve(folder, reference);
    if (target == null) {
      throw outside(xml);
    }
    return target;
  }

  private static RefusedException outside(XmlCursor xml) {
    return xml.refusal(
        Refusal.Code.INVALID_PACKAGE,
        "The file refers to something outside itself, which 3MF does not allow; please export the"
            + " model again with everything included.");
  }

  /**
   * The name of the part that a reference means, seen from a folder.
   *
   * @param folder begins and ends with {@code /}
   * @return {@code null} if the reference leaves the package or is none
   */
  static @Nullable String resolve(String folder, String reference) {
    URI uri;
    try {
      uri = new URI(reference.strip().replace(" ", "%20"));
    } catch (URISyntaxException notUri) {
      return null;
    }
    String path = uri.getPath();
    if (uri.getScheme() != null || uri.getRawAuthority() != null || path == null) {
      return null;
    }
    if (path.isEmpty() || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0) {
      return null;
    }
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : (path.startsWith("/") ? path : folder + path).split("/", -1)) {
      if (segment.equals("..")) {
        if (segments.pollLast() == null) {
          return null;
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    return segments.isEmpty() ? null : "/" + String.join("/", segments);
  }

  /** Opens a part as XML; see {@link XmlCursor}. */
  XmlCursor open(ZipPackage.Entry entry, String place, Consumer<XmlCursor> rule)
      throws IOException {
    return XmlCursor.open(zip.open(entry), place, limits, budget, rule);
  }

  /**
   * How a refusal may call a part: customary names as they are, others by number, because they may
   * hold what a customer typed.
   */
  String display(String part) {
    if (part.equalsIgnoreCase("/3D/3dmodel.model")) {
      return "3D/3dmodel.model";
    }
    ZipPackage.Entry entry = part(part);
    return entry == null ? "a missing part" : "entry " + entry.number();
  }

  static boolean same(String part, String other) {
    return folded(part).equals(folded(other));
  }

  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
