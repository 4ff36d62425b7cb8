package io.ktizo.storage.access;

import io.ktizo.storage.FileId;
import java.util.Optional;

/**
 * Tells whether a Shop has work to do on a file. Asked when a file is opened and several times a
 * second while it is read, so it should be one quick look-up. May be called by any number of
 * threads.
 */
@FunctionalInterface
public interface ShopGrounds {
  /** No Shop sees anything. */
  ShopGrounds NONE = (shop, file) -> Optional.empty();

  /**
   * The quote or order by which this Shop may see this file at this moment: 1 to 500 characters
   * that the owner will read, without personal data. Nothing if there is none that is still alive.
   */
  Optional<String> ground(String shop, FileId file);
}
