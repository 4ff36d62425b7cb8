package io.ktizo.core.mesh;

import io.ktizo.core.mesh.MeshReport.Flagged;
import io.ktizo.core.mesh.MeshReport.Role;
import io.ktizo.core.mesh.MeshReport.Shell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Works out a {@link MeshReport}. */
final class Survey {
  /** 2⁻²³, the spacing of single precision relative to a number's size. */
  private static final double RESOLUTION = 0x1p-23;

  private final Mesh mesh;
  private final Topology topology;
  private final ShellMeasures measures;

  private Survey(Mesh mesh, FaceMarks leftOut) {
    this.mesh = mesh;
    this.topology = Topology.of(mesh, leftOut);
    this.measures = ShellMeasures.of(mesh, topology.shellOfFace(), topology.shells());
  }

  static MeshReport of(Mesh mesh) {
    Survey survey = new Survey(mesh, new FaceMarks());
    FaceMarks slivers = survey.measures.slivers();
    if (survey.topology.unsoundEdges() > 0 && !slivers.isEmpty()) {
      Survey withoutSlivers = new Survey(mesh, slivers);
      if (withoutSlivers.topology.unsoundEdges() < survey.topology.unsoundEdges()) {
        return withoutSlivers.report();
      }
    }
    return survey.report();
  }

  private MeshReport report() {
    FaceMarks slivers = measures.slivers();
    FaceMarks reversed = topology.orientation().reversed();
    FaceMarks duplicates = topology.duplicates();
    return new MeshReport(
        mesh.triangleCount(),
        topology.edges(),
        measures.volume(),
        measures.area(),
        measures.bounds(),
        topology.closed(),
        topology.oriented(),
        topology.orientation().orientable(),
        flagged(topology.openEdges(), topology.openFaces()),
        flagged(topology.nonManifoldEdges(), topology.nonManifoldFaces()),
        topology.touchingEdges(),
        flagged(topology.flippedEdges(), topology.flippedFaces()),
        flagged(reversed.size(), reversed),
        flagged(slivers.size(), slivers),
        flagged(duplicates.size(), duplicates),
        topology.shells(),
        shells());
  }

  private static Flagged flagged(int count, FaceMarks faces) {
    return new Flagged(count, faces.first(MeshReport.LISTED));
  }

  private List<Shell> shells() {
    int[] largest = largestShells();
    boolean[] watertight = watertight();
    int[] examined = Arrays.stream(largest).filter(shell -> watertight[shell]).toArray();
    Optional<List<Nesting.Depth>> depths = nest(examined);
    List<Shell> shells = new ArrayList<>(largest.length);
    int rank = 0;
    for (int shell : largest) {
      if (!watertight[shell]) {
        shells.add(shell(shell, false, 0, Role.OPEN));
      } else if (depths.isEmpty()) {
        shells.add(shell(shell, true, 0, Role.UNEXAMINED));
      } else {
        Nesting.Depth depth = depths.get().get(rank++);
        shells.add(shell(shell, true, depth.enclosing(), role(shell, depth.winding() > 0)));
      }
    }
    return shells;
  }

  private Shell shell(int shell, boolean watertight, int enclosedBy, Role role) {
    return new Shell(
        measures.firstFace(shell),
        measures.faces(shell),
        measures.volume(shell),
        measures.area(shell),
        measures.bounds(shell),
        watertight,
        enclosedBy,
        role);
  }

  private Role role(int shell, boolean inMaterial) {
    double volume = measures.volume(shell);
    BoundingBox bounds = measures.bounds(shell);
    double reach =
        Math.max(
            Math.max(Math.abs(bounds.minX()), Math.abs(bounds.maxX())),
            Math.max(
                Math.max(Math.abs(bounds.minY()), Math.abs(bounds.maxY())),
                Math.max(Math.abs(bounds.minZ()), Math.abs(bounds.maxZ()))));
    if (Math.abs(volume) <= measures.area(shell) * reach * RESOLUTION) {
      return Role.FLAT;
    }
    if (volume > 0) {
      return inMaterial ? Role.EMBEDDED : Role.BODY;
    }
    return inMaterial ? Role.CAVITY : Role.INVERTED;
  }

  /** By descending area, then ascending first face; as many as a report lists. */
  private int[] largestShells() {
    Comparator<Integer> smallestFirst =
        Comparator.<Integer>comparingDouble(measures::area)
            .thenComparing(Comparator.<Integer>reverseOrder());
    PriorityQueue<Integer> largest = new PriorityQueue<>(smallestFirst);
    for (int shell = 0; shell < topology.shells(); shell++) {
      largest.add(shell);
      if (largest.size() > MeshReport.LISTED) {
        largest.remove();
      }
    }
    int[] shells = new int[largest.size()];
    for (int place = shells.length - 1; place >= 0; place--) {
      shells[place] = largest.remove();
    }
    return shells;
  }

  private boolean[] watertight() {
    boolean[] watertight = new boolean[topology.shells()];
    Arrays.fill(watertight, true);
    FaceMarks unbalanced = topology.unbalancedFaces();
    for (int face = unbalanced.nextFrom(0); face >= 0; face = unbalanced.nextFrom(face + 1)) {
      watertight[topology.shellOfFace()[face]] = false;
    }
    return watertight;
  }

  private Optional<List<Nesting.Depth>> nest(int[] examined) {
    int[] rankOfShell = new int[topology.shells()];
    Arrays.fill(rankOfShell, -1);
    BoundingBox[] boxes = new BoundingBox[examined.length];
    int[] faces = new int[examined.length];
    for (int rank = 0; rank < examined.length; rank++) {
      rankOfShell[examined[rank]] = rank;
      boxes[rank] = measures.bounds(examined[rank]);
      faces[rank] = measures.faces(examined[rank]);
    }
    return Nesting.of(mesh, topology.shellOfFace(), rankOfShell, boxes, faces);
  }
}
