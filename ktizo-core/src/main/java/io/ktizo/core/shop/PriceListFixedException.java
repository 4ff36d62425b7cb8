package io.ktizo.core.shop;

import io.ktizo.core.CoreException;

/** A published version of a price list does not change. Nothing was written; begin a new draft. */
public final class PriceListFixedException extends CoreException {
  private static final long serialVersionUID = 1L;

  /** For an attempt to change this version. */
  public PriceListFixedException(PriceListId id) {
    super(id + " is published and does not change; begin a new draft");
  }
}
