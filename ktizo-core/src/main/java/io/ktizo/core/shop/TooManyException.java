package io.ktizo.core.shop;

import io.ktizo.core.CoreException;

/** A Shop has as many of something as it may. Nothing was written. */
public final class TooManyException extends CoreException {
  private static final long serialVersionUID = 1L;

  private final int most;

  /** So many are allowed. */
  public TooManyException(ShopId shop, int most) {
    super(shop + " has " + most + " already; remove one first");
    this.most = most;
  }

  /** How many are allowed. */
  public int most() {
    return most;
  }
}
