package io.ktizo.core.mesh;

import java.util.Locale;

/**
 * Why a file was not read: a code for programs, a place for the expert, a sentence for the
 * customer. Holds nothing of the file's content but numbers and names of the format's own words.
 *
 * @param code stable across versions
 * @param location where in the file, for instance {@code line 12}, {@code byte 84} or {@code
 *     3D/3dmodel.model, object 4}; empty when the whole file is meant
 * @param message one sentence, in plain English, that says what is wrong and, where there is
 *     something to do, what
 */
public record Refusal(Code code, String location, String message) {

  /** The reasons there are. Names are part of the API: {@link #id()} is what travels. */
  public enum Code {
    /** No bytes, or no triangles. */
    EMPTY,
    /** None of the known formats. */
    UNKNOWN_FORMAT,
    /** Recognised, but a person must look: STEP, G-code. */
    NEEDS_REVIEW,
    /** The file ends before its own numbers say it should. */
    TRUNCATED,
    /** The file breaks its format's rules. */
    MALFORMED,
    /** A coordinate is not a finite number or beyond single precision. */
    BAD_COORDINATE,
    /** An index, id or path leads nowhere. */
    DANGLING_REFERENCE,
    /** A 3MF rule about the package: parts, relationships, content types. */
    INVALID_PACKAGE,
    /** Encrypted content. */
    ENCRYPTED,
    /**
     * Legal, but in a form whose triangles are not the shape: beam lattice, slices, volumetric,
     * strips, points.
     */
    UNSUPPORTED_FEATURE,
    /** Larger than the limits on bytes. */
    TOO_LARGE,
    /** Inflates beyond the limits, or its entries overlap. */
    ZIP_BOMB,
    /** More triangles, entries, or deeper nesting than allowed. */
    TOO_COMPLEX,
    /** Took more CPU time than allowed. */
    TIME_LIMIT;

    /** The stable text form, for instance {@code mesh.bad-coordinate}. */
    public String id() {
      return "mesh." + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
