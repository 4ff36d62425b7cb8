package io.ktizo.privacy.erasure;

import io.ktizo.privacy.PrivacyException;
import io.ktizo.privacy.holder.TableErasure.Obstacle;
import java.util.List;
import java.util.stream.Collectors;

/** An erasure that could not go through without harm; nothing was touched. */
public final class ErasureRefusedException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  private final transient List<Obstacle> obstacles;

  ErasureRefusedException(List<Obstacle> obstacles) {
    super(
        "the erasure cannot run:\n"
            + obstacles.stream().map(Obstacle::toString).collect(Collectors.joining("\n")));
    this.obstacles = List.copyOf(obstacles);
  }

  /** What stands in the way, all of it. */
  public List<Obstacle> obstacles() {
    return obstacles;
  }
}
