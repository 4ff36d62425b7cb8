package io.ktizo.core.id;

import java.util.UUID;

/**
 * Makes the values of new ids. May be called by any number of threads; never gives a value twice.
 * Handed to whatever creates things, so that a test can foresee them.
 */
@FunctionalInterface
public interface IdGenerator {
  /** A value that was never given before, of version 7 wherever it is kept in a database. */
  UUID next();
}
