package io.ktizo.storage.detect;

import io.ktizo.core.mesh.MeshFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of file.
 *
 * @param mediaType what to serve it as
 * @param label the short name that people use
 * @param extensions the ends that names of such files have, in lower case without the dot; empty if
 *     that is not known
 */
public record FileType(String mediaType, String label, Set<String> extensions) {
  /** Stereolithography, text or binary. */
  public static final FileType STL = of(MeshFormat.STL_BINARY, "stl");

  /** Wavefront OBJ. */
  public static final FileType OBJ = of(MeshFormat.OBJ, "obj");

  /** A 3MF package with geometry. */
  public static final FileType THREE_MF = of(MeshFormat.THREE_MF, "3mf");

  /** Stanford polygon file. */
  public static final FileType PLY = of(MeshFormat.PLY, "ply");

  /** Object File Format of Geomview. */
  public static final FileType OFF = of(MeshFormat.OFF, "off");

  /** Additive Manufacturing File, plain or zipped. */
  public static final FileType AMF = of(MeshFormat.AMF, "amf");

  /** Binary glTF 2.0. */
  public static final FileType GLB = of(MeshFormat.GLB, "glb");

  /** STEP exchange structure, ISO 10303-21. */
  public static final FileType STEP = of(MeshFormat.STEP, "step", "stp", "p21");

  /** Instructions for one printer, text or binary. */
  public static final FileType GCODE =
      of(MeshFormat.GCODE, "gcode", "gco", "g", "nc", "bgcode", "ngc", "tap");

  /** A 3MF package that holds instructions for one printer and no geometry to print. */
  public static final FileType GCODE_3MF =
      new FileType("application/vnd.ktizo.gcode-3mf", "G-code 3MF", Set.of("gcode.3mf"));

  /** Nothing that is known. */
  public static final FileType UNKNOWN =
      new FileType("application/octet-stream", "unknown", Set.of());

  /** The types with geometry or instructions for printers, in no order. */
  public static final Set<FileType> MODELS =
      Set.of(STL, OBJ, THREE_MF, PLY, OFF, AMF, GLB, STEP, GCODE, GCODE_3MF);

  /** Copies the set. */
  public FileType {
    extensions = Set.copyOf(extensions);
  }

  private static FileType of(MeshFormat format, String... extensions) {
    return new FileType(format.mediaType(), format.label(), Set.of(extensions));
  }

  static FileType of(MeshFormat format) {
    return switch (format) {
      case STL_BINARY, STL_ASCII -> STL;
      case OBJ -> OBJ;
      case THREE_MF -> THREE_MF;
      case PLY -> PLY;
      case OFF -> OFF;
      case AMF -> AMF;
      case GLB -> GLB;
      case STEP -> STEP;
      case GCODE -> GCODE;
    };
  }

  /**
   * Whether a file of this type may have this name. A name without an extension claims nothing; of
   * what is only known to be text, or not known at all, names are believed unless they claim a
   * model.
   */
  public boolean agreesWith(String name) {
    Optional<String> claimed = extension(name);
    if (claimed.isEmpty()) {
      return true;
    }
    boolean vague = extensions.isEmpty() || mediaType.equals("text/plain");
    return extensions.contains(claimed.get()) || (vague && !claimsModel(claimed.get()));
  }

  private static boolean claimsModel(String extension) {
    return MODELS.stream().anyMatch(model -> model.extensions().contains(extension));
  }

  /** What stands behind the last dot, if it looks like an extension. */
  private static Optional<String> extension(String name) {
    String lower = name.toLowerCase(Locale.ROOT).strip();
    for (String doubled : List.of("gcode.3mf")) {
      if (lower.endsWith("." + doubled)) {
        return Optional.of(doubled);
      }
    }
    String end = lower.substring(lower.lastIndexOf('.') + 1);
    return lower.contains(".") && end.matches("[a-z0-9]{1,10}")
        ? Optional.of(end)
        : Optional.empty();
  }

  @Override
  public String toString() {
    return label.equals(UNKNOWN.label) ? mediaType : label;
  }
}
