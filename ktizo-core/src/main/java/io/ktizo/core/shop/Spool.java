package io.ktizo.core.shop;

import java.time.Instant;

/**
 * A spool, bottle or bag of a material.
 *
 * @param id of the spool
 * @param shop whose it is
 * @param version of its description, from 1; taking material does not change it
 * @param material which material
 * @param colour code of one of its colours; empty if the material has none
 * @param label for people, at most 100 characters
 * @param remaining what is on it, what is held included
 * @param held what is held for orders, at most what is on it
 * @param inUse whether more may be taken from it
 * @param addedAt when it came
 */
public record Spool(
    SpoolId id,
    ShopId shop,
    long version,
    MaterialId material,
    String colour,
    String label,
    Grams remaining,
    Grams held,
    boolean inUse,
    Instant addedAt) {

  public Spool {
    if (!colour.isEmpty()) {
      Check.code("colour", colour);
    }
    label = Check.line("label", label.strip(), 100);
    if (held.compareTo(remaining) > 0) {
      throw new IllegalArgumentException("more is held than is there");
    }
  }

  /** What can be taken. */
  public Grams free() {
    return inUse ? remaining.minus(held) : Grams.ZERO;
  }

  /** The same described anew. */
  public Spool described(String newLabel, boolean newInUse) {
    return new Spool(
        id, shop, version, material, colour, newLabel, remaining, held, newInUse, addedAt);
  }
}
