package io.ktizo.privacy.erasure;

import io.ktizo.privacy.holder.TableErasure.Effect;
import io.ktizo.privacy.holder.TableErasure.Obstacle;
import java.util.List;

/**
 * What an erasure would do. Nothing was touched to find it out, and until the erasure runs other
 * people's work may change it.
 *
 * @param kind the kind of subject
 * @param dataSets rows and columns, data set by data set; those of which no row is concerned are
 *     left out
 * @param holders what else would be asked to erase, with what it keeps, in order
 * @param obstacles what would make the erasure be refused; empty if it can run
 */
public record ErasurePlan(
    String kind, List<Effect> dataSets, List<String> holders, List<Obstacle> obstacles) {
  public ErasurePlan {
    dataSets = List.copyOf(dataSets);
    holders = List.copyOf(holders);
    obstacles = List.copyOf(obstacles);
  }

  /** Whether there is nothing of the person in the tables. */
  public boolean empty() {
    return dataSets.isEmpty();
  }

  /** The plan as JSON. */
  public String toJson() {
    return Json.pretty(
        new Document(
            kind,
            dataSets.stream()
                .map(
                    effect ->
                        new Part(
                            effect.dataSet(),
                            effect.deleted(),
                            effect.anonymised(),
                            effect.kept(),
                            effect.until() == null ? null : effect.until().toString(),
                            effect.grounds(),
                            effect.left()))
                .toList(),
            holders,
            obstacles.stream().map(Obstacle::toString).toList()));
  }

  private record Document(
      String kind, List<Part> dataSets, List<String> holders, List<String> obstacles) {}

  private record Part(
      String dataSet,
      long deleted,
      java.util.Map<String, Long> anonymised,
      long kept,
      @org.jspecify.annotations.Nullable String until,
      List<String> grounds,
      long left) {}
}
