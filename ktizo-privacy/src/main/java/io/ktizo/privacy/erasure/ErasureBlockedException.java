package io.ktizo.privacy.erasure;

import io.ktizo.privacy.PrivacyException;
import io.ktizo.privacy.holder.TableErasure.Obstacle;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An erasure that cannot go on because of rows that came after it had begun. Holders have erased
 * already, the tables are untouched, and the run stays open: once the rows are out of the way,
 * {@code resume} goes on.
 */
public final class ErasureBlockedException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  private final String run;
  private final transient List<Obstacle> obstacles;

  ErasureBlockedException(String run, List<Obstacle> obstacles) {
    super(
        "erasure "
            + run
            + " is done at the holders and waits for the tables; take out of the way and resume:\n"
            + obstacles.stream().map(Obstacle::toString).collect(Collectors.joining("\n")));
    this.run = run;
    this.obstacles = List.copyOf(obstacles);
  }

  /** The id of the run that waits. */
  public String run() {
    return run;
  }

  /** What stands in the way, all of it. */
  public List<Obstacle> obstacles() {
    return obstacles;
  }
}
