package io.ktizo.core.shop;

import io.ktizo.core.CoreException;

/** Another Shop has this name in addresses. Nothing was written. */
public final class SlugTakenException extends CoreException {
  private static final long serialVersionUID = 1L;

  /** For a Shop that wanted it. */
  public SlugTakenException(ShopId id) {
    super("the slug that " + id + " asks for is taken; choose another one");
  }
}
