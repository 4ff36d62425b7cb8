package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a part can be printed well: whether it fits, and where its walls are thin, its
 * surfaces hang, its details vanish, its cavities are closed.
 *
 * <p>The mesh is in millimetres and stands as it will be printed. Nothing is computed before it is
 * asked for; an answer is kept, so that many Shops with the same printer cost one computation. The
 * same mesh gives the same findings on every machine; turning it about the vertical, moving it and
 * re-ordering its faces change numbers by rounding only.
 *
 * <p>Any mesh is answered, in bounded time: work is counted, and a search that is cut short says so
 * with {@link Finding.Unfinished}. Of an open or contradictory mesh the findings say as little as
 * everything else. About a second for 100,000 faces. Safe for use by many threads.
 */
public final class Printability {
  private final Mesh mesh;
  private final MeshReport report;
  private final Map<BuildVolume, Fit> fits = new ConcurrentHashMap<>();
  private final Map<List<Object>, List<Finding>> found = new ConcurrentHashMap<>();
  private @Nullable TriangleTree tree;
  private @Nullable FitSearch search;

  private Printability(Mesh mesh, MeshReport report) {
    this.mesh = mesh;
    this.report = report;
  }

  /**
   * Of this mesh.
   *
   * @param report of the same mesh
   */
  public static Printability of(Mesh mesh, MeshReport report) {
    return new Printability(mesh, report);
  }

  /**
   * Whether the part fits, in which orientation: any rotation is considered. A rotation that is
   * returned was checked with every vertex, to a micrometre.
   */
  public Fit fit(BuildVolume volume) {
    return fits.computeIfAbsent(volume, unseen -> search().into(unseen));
  }

  /**
   * Everything found for one printer and its way to print, in the order of the types of {@link
   * Finding}; empty for a part without remarks.
   */
  public List<Finding> findings(Demands demands) {
    List<Finding> findings = new ArrayList<>();
    Fit fit = fit(demands.volume());
    if (!(fit instanceof Fit.Standing)) {
      findings.add(
          new Finding.DoesNotFit(
              demands.volume(),
              report.bounds().sizeX(),
              report.bounds().sizeY(),
              report.bounds().sizeZ(),
              fit));
    }
    findings.addAll(thin(demands));
    findings.addAll(
        found.computeIfAbsent(
            List.of(
                "overhang",
                demands.layerHeight(),
                demands.supportThreshold(),
                demands.supports(),
                demands.longestBridge()),
            unseen -> OverhangSearch.of(mesh, tree(), report.bounds(), demands)));
    findings.addAll(found.computeIfAbsent(List.of("trapped"), unseen -> trapped()));
    return findings;
  }

  /** Those of the {@link #findings} that concern thin walls. */
  public List<Finding.ThinWalls> thinWalls(Demands demands) {
    return thin(demands).stream()
        .filter(Finding.ThinWalls.class::isInstance)
        .map(Finding.ThinWalls.class::cast)
        .toList();
  }

  private List<Finding> thin(Demands demands) {
    double least = demands.leastWall();
    double layerHeight = demands.layerHeight();
    return found.computeIfAbsent(
        List.of("thin", least, layerHeight),
        unseen -> ThinSearch.of(mesh, tree(), report.area(), least, layerHeight));
  }

  private List<Finding> trapped() {
    List<MeshReport.Shell> cavities =
        report.shells().stream().filter(shell -> shell.role() == MeshReport.Role.CAVITY).toList();
    if (cavities.isEmpty()) {
      return List.of();
    }
    double volume = 0;
    boolean[] flags = new boolean[mesh.triangleCount()];
    int[] pieces = pieces();
    int[] sizes = new int[mesh.vertexCount()];
    for (int face = 0; face < flags.length; face++) {
      sizes[pieces[mesh.vertex(face, 0)]]++;
    }
    boolean[] wanted = new boolean[mesh.vertexCount()];
    for (MeshReport.Shell cavity : cavities) {
      volume += Math.abs(cavity.volume());
      int piece = pieces[mesh.vertex(cavity.firstFace(), 0)];
      // A cavity that touches another surface in a vertex is one piece with it: its first face
      // shows where it is.
      flags[cavity.firstFace()] = true;
      wanted[piece] = sizes[piece] == cavity.faces();
    }
    for (int face = 0; face < flags.length; face++) {
      flags[face] |= wanted[pieces[mesh.vertex(face, 0)]];
    }
    return List.of(new Finding.TrappedVolumes(cavities.size(), volume, Faces.where(flags)));
  }

  /** Of each vertex the lowest one that it hangs together with through faces. */
  private int[] pieces() {
    int[] parents = new int[mesh.vertexCount()];
    Arrays.setAll(parents, vertex -> vertex);
    for (int face = 0; face < mesh.triangleCount(); face++) {
      Pieces.join(parents, mesh.vertex(face, 0), mesh.vertex(face, 1));
      Pieces.join(parents, mesh.vertex(face, 1), mesh.vertex(face, 2));
    }
    for (int vertex = 0; vertex < parents.length; vertex++) {
      parents[vertex] = Pieces.root(parents, vertex);
    }
    return parents;
  }

  private synchronized TriangleTree tree() {
    if (tree == null) {
      tree = new TriangleTree(mesh);
    }
    return tree;
  }

  private synchronized FitSearch search() {
    if (search == null) {
      search = new FitSearch(mesh);
    }
    return search;
  }
}
