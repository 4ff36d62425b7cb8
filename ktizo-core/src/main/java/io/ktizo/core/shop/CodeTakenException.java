package io.ktizo.core.shop;

import io.ktizo.core.CoreException;
import io.ktizo.core.id.Id;

/** The Shop has something of this kind with this code. Nothing was written. */
public final class CodeTakenException extends CoreException {
  private static final long serialVersionUID = 1L;

  /** For an item that wanted it. */
  public CodeTakenException(Id item) {
    super("the code that " + item + " asks for is taken in its Shop; choose another one");
  }
}
