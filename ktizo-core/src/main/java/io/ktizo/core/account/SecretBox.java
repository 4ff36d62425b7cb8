package io.ktizo.core.account;

/**
 * Encrypts what must be read again, such as the secret of a second factor. The host decides on the
 * key and where it lies.
 */
public interface SecretBox {
  /**
   * Encrypts.
   *
   * @param context bound to the result, for instance table, column and id: opening with another one
   *     fails
   */
  byte[] seal(byte[] plain, String context);

  /**
   * Decrypts.
   *
   * @throws IllegalArgumentException if it was not sealed with this key and context, or was changed
   */
  byte[] open(byte[] sealed, String context);
}
