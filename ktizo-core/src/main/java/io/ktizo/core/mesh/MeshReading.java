package io.ktizo.core.mesh;

/** The outcome of reading a file: one of two, and never an exception but for a broken disk. */
public sealed interface MeshReading {

  /** The file was read. */
  record Accepted(Model model) implements MeshReading {}

  /** The file was not read, and this is why. */
  record Refused(Refusal refusal) implements MeshReading {}
}
