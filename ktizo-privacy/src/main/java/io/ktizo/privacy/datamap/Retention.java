package io.ktizo.privacy.datamap;

import java.time.Period;

/**
 * How long data is kept, counted from something that happened.
 *
 * @param name unique in the map, for instance {@code tax-records}
 * @param keep at least one day
 * @param from what the period counts from
 * @param ground why: the law with its section, or the operator's own reason
 * @param mandatory whether a law demands it, so that erasure has to wait
 */
public record Retention(String name, Period keep, From from, String ground, boolean mandatory) {
  public Retention {
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("a period of retention is positive: " + keep);
    }
  }

  /** The moment from which a period counts. */
  public enum From {
    /** The row's own time stamp: the data set's {@code since} field. */
    ROW,
    /** The end of the calendar year of the row's time stamp, as tax law counts (§ 147(4) AO). */
    END_OF_YEAR,
    /** The end of the relation with the person: his account is closed or he is erased. */
    END_OF_RELATION
  }
}
