package io.ktizo.core.mesh;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A kind of model file, told by its content and never by its name.
 *
 * <p>{@link #STEP} and {@link #GCODE} are recognised so that the refusal can say what they are;
 * they hold no triangle mesh and are never read.
 */
public enum MeshFormat {
  /** Stereolithography, binary: 80 byte header, count, 50 bytes a triangle. No unit. */
  STL_BINARY("STL", "model/stl", false),
  /** Stereolithography, text: {@code solid}, {@code facet}, {@code vertex}. No unit. */
  STL_ASCII("STL", "model/stl", false),
  /** Wavefront OBJ, text. No unit. */
  OBJ("OBJ", "model/obj", false),
  /**
   * 3MF, a zip package with XML, 3MF Core Specification 1.x. Unit declared, millimetre if absent.
   */
  THREE_MF("3MF", "model/3mf", true),
  /** Stanford polygon file, text or binary. No unit. */
  PLY("PLY", "application/vnd.ktizo.ply", false),
  /** Object File Format of Geomview, text. No unit. */
  OFF("OFF", "application/vnd.ktizo.off", false),
  /** Additive Manufacturing File, ISO/ASTM 52915, plain or zipped XML. Unit declared. */
  AMF("AMF", "application/x-amf", true),
  /** Binary glTF 2.0 (ISO/IEC 12113). Metres by definition. */
  GLB("GLB", "model/gltf-binary", true),
  /** STEP exchange structure, ISO 10303-21: surfaces, not triangles. */
  STEP("STEP", "model/step", true),
  /** Machine instructions of one printer, or a 3MF package that holds only such. */
  GCODE("G-code", "text/x-gcode", true);

  private final String label;
  private final String mediaType;
  private final boolean declaresUnit;

  MeshFormat(String label, String mediaType, boolean declaresUnit) {
    this.label = label;
    this.mediaType = mediaType;
    this.declaresUnit = declaresUnit;
  }

  /** The short name that people use, for instance {@code 3MF}. */
  public String label() {
    return label;
  }

  /** The media type to serve such a file with. */
  public String mediaType() {
    return mediaType;
  }

  /** Whether the format itself says in which unit its numbers are. */
  public boolean declaresUnit() {
    return declaresUnit;
  }

  /**
   * Tells the format of a file by its content. Looks at its beginning, its size and, for packages,
   * the names in its directory; whether the rest is sound, only {@link MeshReader} can say.
   *
   * @return nothing if it is none of the known formats, or more than one at once
   * @throws IOException if the disk fails or the file is not there
   */
  public static Optional<MeshFormat> detect(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      return detect(source);
    }
  }

  /** As {@link #detect(Path)}, for a whole file that is in memory. */
  public static Optional<MeshFormat> detect(byte[] content) throws IOException {
    try (Source source = Source.of(content)) {
      return detect(source);
    }
  }

  /**
   * As {@link #detect(Path)}, for a file that is somewhere else, for instance encrypted. Reads a
   * few places only; leaves the channel open, at any position.
   *
   * @throws IOException if the channel threw it
   */
  public static Optional<MeshFormat> detect(SeekableByteChannel content) throws IOException {
    try (Source source = Source.of(content)) {
      return detect(source);
    }
  }

  private static Optional<MeshFormat> detect(Source source) throws IOException {
    try {
      return FormatDetection.detect(source, Budget.startingNow(MeshLimits.DEFAULT));
    } catch (RefusedException beyondLimits) {
      return Optional.empty();
    }
  }
}
