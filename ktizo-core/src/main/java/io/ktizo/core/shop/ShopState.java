package io.ktizo.core.shop;

/** Where a Shop stands with the platform; see {@link ShopTransition} for the ways between. */
public enum ShopState {
  /** It asked to be let in, and prepares itself. */
  APPLIED,
  /** It may sell. */
  APPROVED,
  /** It may sell, and does not for a while. */
  ON_HOLIDAY,
  /** Staff stopped it. */
  SUSPENDED,
  /** Staff did not let it in. */
  REFUSED,
  /** Its owner gave it up. */
  CLOSED
}
