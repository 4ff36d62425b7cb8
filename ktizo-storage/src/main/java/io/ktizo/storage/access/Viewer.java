package io.ktizo.storage.access;

import io.ktizo.storage.Owner;

/** Who wants to see a file, after the host has found out who he is. */
public sealed interface Viewer {
  /**
   * A customer.
   *
   * @param owner he himself
   */
  record Customer(Owner owner) implements Viewer {}

  /**
   * Somebody who works for a Shop.
   *
   * @param shop the Shop's id, 1 to 100 characters
   */
  record Shop(String shop) implements Viewer {
    /** Checks the length. */
    public Shop {
      requireLength(shop, 100);
    }
  }

  /**
   * Somebody who works for the operator.
   *
   * @param id his id, 1 to 100 characters
   * @param reason why he must see it, 1 to 500 characters; the owner will read it
   */
  record Staff(String id, String reason) implements Viewer {
    /** Checks the lengths. */
    public Staff {
      requireLength(id, 100);
      requireLength(reason, 500);
    }
  }

  private static void requireLength(String text, int longest) {
    if (text.isBlank() || text.length() > longest) {
      throw new IllegalArgumentException("1 to " + longest + " characters");
    }
  }
}
