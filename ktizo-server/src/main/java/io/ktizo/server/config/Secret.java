package io.ktizo.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something that nobody else may know, and where it came from. Its text form hides it.
 *
 * @param value the secret itself, without space around it
 * @param file in which it lies; {@code null} if the environment said it
 * @param exposed whether others than the owner of the file may read it
 */
public record Secret(String value, @Nullable Path file, boolean exposed) {
  /** Without the value. */
  @Override
  public String toString() {
    return file == null ? "Secret[…]" : "Secret[… from " + file + "]";
  }
}
