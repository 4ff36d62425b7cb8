package io.ktizo.privacy.export;

/**
 * The CRC-32 of two byte strings joined, from the CRC-32 of each. A checksum is then carried over a
 * kill as a number, which {@code java.util.zip.CRC32} cannot do.
 *
 * <p>CRC-32 is the remainder of a polynomial over GF(2) divided by {@code 0x04C11DB7} (ISO/IEC/IEEE
 * 8802-3, reflected). Appending n bytes multiplies the remainder by x^(8n).
 */
final class Crc {
  private static final int REFLECTED = 0xEDB88320;
  private static final int ONE = 0x80000000;

  /** x^(2^k), from which every power is multiplied together. */
  private static final int[] SQUARES = squares();

  private Crc() {}

  /**
   * @param first checksum of the first part
   * @param second checksum of the second part
   * @param length bytes of the second part
   */
  static int joined(int first, int second, long length) {
    return multiply(power(length), first) ^ second;
  }

  /** x^(8 × bytes) modulo the polynomial. */
  private static int power(long bytes) {
    int product = ONE;
    int square = 3;
    for (long rest = bytes; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        product = multiply(SQUARES[square & 31], product);
      }
      square++;
    }
    return product;
  }

  private static int multiply(int left, int right) {
    int product = 0;
    int shifted = right;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((left & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) == 0 ? shifted >>> 1 : (shifted >>> 1) ^ REFLECTED;
    }
    return product;
  }

  private static int[] squares() {
    int[] found = new int[32];
    found[0] = ONE >>> 1;
    for (int k = 1; k < found.length; k++) {
      found[k] = multiply(found[k - 1], found[k - 1]);
    }
    return found;
  }
}
