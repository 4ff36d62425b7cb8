package io.ktizo.privacy.export;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.Recipient;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who got data of a person, where the host keeps a record; else who may get it. */
final class Recipients {
  private static final String WHOLE = "";

  private final boolean actual;
  private final Map<String, Set<Recipient>> byDataSet;

  private Recipients(boolean actual, Map<String, Set<Recipient>> byDataSet) {
    this.actual = actual;
    this.byDataSet = byDataSet;
  }

  static Recipients unknown() {
    return new Recipients(false, Map.of());
  }

  static Recipients told(
      DataMap map, @Nullable Disclosures disclosures, Subject subject, Instant until) {
    if (disclosures == null) {
      return unknown();
    }
    Map<String, Set<Recipient>> found = new LinkedHashMap<>();
    try {
      disclosures.tell(
          subject,
          one -> {
            if (!one.at().isAfter(until)) {
              String about = one.dataSet() == null ? WHOLE : one.dataSet();
              found
                  .computeIfAbsent(about, set -> new LinkedHashSet<>())
                  .add(recipient(map, one.recipient()));
            }
          });
    } catch (IOException e) {
      throw new StepFailedException(
          "export",
          "disclosures",
          null,
          "the record of disclosures cannot be read: " + e.getClass().getSimpleName());
    }
    return new Recipients(true, found);
  }

  /** Whether these are recipients that really got data. */
  boolean actual() {
    return actual;
  }

  /**
   * The recipients of a data set or holder.
   *
   * @param allowed whom the map allows, to be named where there is no record
   */
  Set<Recipient> of(String dataSet, Set<Recipient> allowed) {
    if (!actual) {
      return allowed;
    }
    Set<Recipient> got = new LinkedHashSet<>(byDataSet.getOrDefault(dataSet, Set.of()));
    got.addAll(byDataSet.getOrDefault(WHOLE, Set.of()));
    return got;
  }

  Set<Recipient> of(Table table) {
    return of(table.name(), table.allowed());
  }

  private static Recipient recipient(DataMap map, String name) {
    return map.recipients().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseGet(
            () -> new Recipient(name, "see the list of disclosures", Recipient.Role.CONTROLLER));
  }
}
