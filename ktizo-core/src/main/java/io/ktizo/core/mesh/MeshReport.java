package io.ktizo.core.mesh;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What can be said about a mesh without knowing how it will be printed: its measures, and whether
 * its triangles bound a solid.
 *
 * <p>Lengths are in the mesh's unit, so in millimetres once the unit is known. Two faces are
 * neighbours when they share both vertices of an edge; vertices count as the same when they are the
 * same in the {@link Mesh}, which readers see to. Counts are exact; lists are bounded by {@link
 * #LISTED} and say which part they hold. The same mesh gives the same report to the last bit;
 * re-ordering its faces or vertices changes no count, and measures by rounding only.
 *
 * <p>Degenerate faces never open a mesh: one that names a vertex twice is left out of the topology,
 * and one that is merely flat stays in it (it may well fill a gap between its neighbours) unless
 * the mesh is sounder without all of them.
 *
 * <p>Cost: linear in the number of faces, about 30 bytes of memory a face beside the mesh.
 *
 * @param faces number of triangles, the degenerate ones included
 * @param edges number of edges that at least one face has
 * @param volume signed sum of the tetrahedra between each face and one common point, ⅙ Σ a·(b×c)
 *     (Gauss's theorem; Zhang and Chen, "Efficient feature extraction for 2D/3D objects in mesh
 *     representation", ICIP 2001), in double precision: cavities subtract, overlapping shells count
 *     twice, inside-out meshes come out negative. Means nothing unless the mesh is closed and
 *     oriented.
 * @param area sum of the faces' areas, ½ Σ |(b-a)×(c-a)|
 * @param bounds the box around all faces
 * @param closed whether every edge has an even number of faces, so that there is no border
 * @param oriented whether the faces at every edge run along it as often in one direction as in the
 *     other, but for the one that is missing at a border
 * @param orientable whether turning faces over could make the neighbours agree: not so for a Möbius
 *     strip or a Klein bottle
 * @param openEdges edges of a single face
 * @param nonManifoldEdges edges of more than two faces
 * @param touchingEdges how many of the {@code nonManifoldEdges} have as many faces in one direction
 *     as in the other: bodies touch there, which prints
 * @param flippedEdges edges of two faces that both run along it in the same direction, so that one
 *     of the two is inside out
 * @param reversedFaces faces to turn over so that all neighbours agree: on each surface the fewer
 *     ones; none where nothing helps
 * @param degenerateFaces faces that name a vertex twice, or whose height over the longest side is
 *     below the resolution of single precision at their coordinates
 * @param duplicateFaces faces that have the same three vertices as an earlier one, whichever way
 *     round
 * @param shellCount number of shells: faces that hang together through edges. Where more than two
 *     faces share an edge, those hang together that bound the same wedge of material, so that
 *     bodies which touch along an edge are two shells
 * @param shells the shells of the largest area, largest first
 */
public record MeshReport(
    int faces,
    int edges,
    double volume,
    double area,
    BoundingBox bounds,
    boolean closed,
    boolean oriented,
    boolean orientable,
    Flagged openEdges,
    Flagged nonManifoldEdges,
    int touchingEdges,
    Flagged flippedEdges,
    Flagged reversedFaces,
    Flagged degenerateFaces,
    Flagged duplicateFaces,
    int shellCount,
    List<Shell> shells) {

  /** No list in a report is longer than this. */
  public static final int LISTED = 1_000;

  public MeshReport {
    shells = List.copyOf(shells);
  }

  /**
   * Edges or faces that something is wrong with.
   *
   * @param count how many edges or faces, exactly
   * @param faces the faces concerned, for edges those that have such an edge; ascending, without
   *     repetition, the first {@link #LISTED}
   */
  public record Flagged(int count, List<Integer> faces) {
    public Flagged {
      faces = List.copyOf(faces);
      if (count < 0 || (count == 0) != faces.isEmpty() || faces.size() > LISTED) {
        throw new IllegalArgumentException(count + " flagged, " + faces.size() + " faces listed");
      }
    }

    /** Whether there are none. */
    public boolean isEmpty() {
      return count == 0;
    }
  }

  /**
   * A connected piece of surface.
   *
   * @param firstFace its lowest face index
   * @param faces how many faces it has
   * @param volume signed, as for the whole mesh; means nothing unless watertight
   * @param area as for the whole mesh
   * @param bounds the box around it
   * @param watertight whether all of its edges have as many faces in one direction as in the other
   * @param enclosedBy how many other shells it lies in; 0 if that was not found out
   * @param role what it is to the solid
   */
  public record Shell(
      int firstFace,
      int faces,
      double volume,
      double area,
      BoundingBox bounds,
      boolean watertight,
      int enclosedBy,
      Role role) {}

  /** What a shell is to the solid, by the sign of its volume and by what lies around it. */
  public enum Role {
    /** Watertight, outward, not within material: the outside of a body. */
    BODY,
    /** Watertight, outward, within the material of another body: its volume counts twice. */
    EMBEDDED,
    /** Watertight, inward, within material: a void that cannot be seen from outside. */
    CAVITY,
    /** Watertight, inward, not within material: a body that is inside out. */
    INVERTED,
    /** Watertight, but no thicker than the resolution of its coordinates. */
    FLAT,
    /** Not watertight, so it has no inside. */
    OPEN,
    /** Watertight, but there are so many shells that this was not looked into. */
    UNEXAMINED
  }

  /** Something unusual about a mesh. */
  public enum Flaw {
    /** Some edge has an odd number of faces: there are holes, or sheets are attached. */
    NOT_CLOSED(true),
    /** Neighbouring faces disagree about which side is outside. */
    NOT_ORIENTED(true),
    /** The signed volume is zero or negative: flat, or inside out. */
    NO_VOLUME(true),
    /** Some edge has four or more faces that balance: bodies touch along an edge. */
    TOUCHING_EDGES(false),
    /** Some faces have no area. */
    DEGENERATE_FACES(false),
    /** Some faces are there more than once. */
    DUPLICATE_FACES(false),
    /** Some shell is inside out although it encloses no cavity. */
    INVERTED_SHELLS(false),
    /** Some shell lies in the material of another one, so the volume counts it twice. */
    EMBEDDED_SHELLS(false);

    private final boolean preventsQuote;

    Flaw(boolean preventsQuote) {
      this.preventsQuote = preventsQuote;
    }

    /** Whether every price worked out from such a mesh would be a guess; otherwise a notice. */
    public boolean preventsQuote() {
      return preventsQuote;
    }
  }

  /**
   * Measures and judges a mesh.
   *
   * @throws IllegalArgumentException if the mesh has no triangles
   */
  public static MeshReport of(Mesh mesh) {
    if (mesh.triangleCount() == 0) {
      throw new IllegalArgumentException("a mesh without triangles cannot be measured");
    }
    return Survey.of(mesh);
  }

  /** Whether the mesh bounds a solid: closed and oriented. */
  public boolean watertight() {
    return closed && oriented;
  }

  /** Whether a price can be worked out from the mesh: watertight, with positive volume. */
  public boolean quotable() {
    return watertight() && volume > 0;
  }

  /** Everything unusual, in the order of {@link Flaw}; empty for a perfect mesh. */
  public Set<Flaw> flaws() {
    Set<Flaw> flaws = EnumSet.noneOf(Flaw.class);
    if (!closed) {
      flaws.add(Flaw.NOT_CLOSED);
    }
    if (!oriented) {
      flaws.add(Flaw.NOT_ORIENTED);
    }
    if (!(volume > 0)) {
      flaws.add(Flaw.NO_VOLUME);
    }
    if (touchingEdges > 0) {
      flaws.add(Flaw.TOUCHING_EDGES);
    }
    if (!degenerateFaces.isEmpty()) {
      flaws.add(Flaw.DEGENERATE_FACES);
    }
    if (!duplicateFaces.isEmpty()) {
      flaws.add(Flaw.DUPLICATE_FACES);
    }
    if (shells.stream().anyMatch(shell -> shell.role() == Role.INVERTED)) {
      flaws.add(Flaw.INVERTED_SHELLS);
    }
    if (shells.stream().anyMatch(shell -> shell.role() == Role.EMBEDDED)) {
      flaws.add(Flaw.EMBEDDED_SHELLS);
    }
    return flaws;
  }
}
