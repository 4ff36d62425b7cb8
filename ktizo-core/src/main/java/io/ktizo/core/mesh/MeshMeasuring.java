package io.ktizo.core.mesh;

/** The outcome of measuring a file without keeping its mesh. */
public sealed interface MeshMeasuring {

  /**
   * The file was read to its end.
   *
   * @param format the kind of file
   * @param measure in millimetres if the format declares its unit, else in the file's bare numbers
   */
  record Measured(MeshFormat format, MeshMeasure measure) implements MeshMeasuring {}

  /** The file was not read, and this is why; the same as {@link MeshReader#read} would say. */
  record Refused(Refusal refusal) implements MeshMeasuring {}
}
