package io.ktizo.core;

import org.jspecify.annotations.Nullable;

/**
 * Something this library was asked to do and could not, because a promise or a machine broke. One
 * subclass for each thing that a caller may handle; misuse of a value type is the JDK's {@link
 * IllegalArgumentException}, and a refusal that is part of the trade is a returned value.
 *
 * <p>Messages name what was tried and on which id. They hold nothing that a person or a driver
 * said.
 */
public abstract class CoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected CoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  protected CoreException(String message) {
    super(message);
  }
}
