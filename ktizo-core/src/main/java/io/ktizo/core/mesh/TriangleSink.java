package io.ktizo.core.mesh;

/** Where a reader of loose triangles puts them, a block at a time. */
interface TriangleSink {
  /**
   * Takes the next triangles. The array is the reader's own and is written again afterwards.
   *
   * @param coordinates x y z of each corner, nine numbers a triangle; every one {@linkplain
   *     MeshBuilder#isUsable usable}
   * @param triangles how many of them count
   */
  void take(float[] coordinates, int triangles);

  /** The triangles since the last call are one body. */
  void endBody();
}
