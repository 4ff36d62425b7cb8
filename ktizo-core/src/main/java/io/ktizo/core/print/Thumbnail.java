package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.List;

/**
 * A picture of a mesh for lists, mails and documents: shaded, anti-aliased, on transparent ground.
 *
 * <p>The camera stands in front, to the right and above, without perspective, and the part fills
 * the picture exactly but for the padding, whatever its size. Faces may be painted, for instance
 * those of a finding. Backs of faces are drawn darker, so that an open or inverted mesh shows what
 * it is.
 *
 * <p>Everything is computed here, without AWT: it works headless and in an image without {@code
 * java.desktop}. The same mesh and look give the same pixels on every machine; the PNG bytes may
 * differ between JDKs that bring different zlib versions. Immutable.
 */
public final class Thumbnail {
  /** Largest width and height, in pixels. */
  public static final int MOST_PIXELS = 2048;

  private final int width;
  private final int height;
  private final int[] argb;

  Thumbnail(int width, int height, int[] argb) {
    this.width = width;
    this.height = height;
    this.argb = argb;
  }

  /**
   * How the picture looks.
   *
   * @param width in pixels, 8 to {@link #MOST_PIXELS}
   * @param height in pixels, 8 to {@link #MOST_PIXELS}
   * @param colour of the part, sRGB {@code 0xRRGGBB}
   * @param azimuth where the camera stands around z, in degrees: 0 looks from the front (-y), 90
   *     from the right (+x)
   * @param elevation how high the camera stands, in degrees from -89 to 89
   * @param padding empty border on each side, as a share of the smaller side, 0 to 0.4
   * @param shadow whether the part throws a soft shadow on the ground, drawn as transparent black
   */
  public record Look(
      int width,
      int height,
      int colour,
      double azimuth,
      double elevation,
      double padding,
      boolean shadow) {

    /** 512 pixels square, blue-grey, from the front right, with a shadow. */
    public static final Look DEFAULT = new Look(512, 512, 0x8fa9c4, 35, 28, 0.06, true);

    public Look {
      if (width < 8 || height < 8 || width > MOST_PIXELS || height > MOST_PIXELS) {
        throw new IllegalArgumentException(
            "width and height must be 8 to " + MOST_PIXELS + ": " + width + " x " + height);
      }
      if (colour < 0 || colour > 0xffffff) {
        throw new IllegalArgumentException("not a colour 0xRRGGBB: " + colour);
      }
      if (!Double.isFinite(azimuth)
          || !(Math.abs(elevation) <= 89)
          || !(padding >= 0 && padding <= 0.4)) {
        throw new IllegalArgumentException(
            "camera out of range: " + azimuth + ", " + elevation + ", " + padding);
      }
    }

    /** The same look at another size. */
    public Look sized(int pixelsWide, int pixelsHigh) {
      return new Look(pixelsWide, pixelsHigh, colour, azimuth, elevation, padding, shadow);
    }

    /** The same look for a part of another colour, sRGB {@code 0xRRGGBB}. */
    public Look coloured(int rgb) {
      return new Look(width, height, rgb, azimuth, elevation, padding, shadow);
    }

    /** The same look from elsewhere, in degrees. */
    public Look from(double cameraAzimuth, double cameraElevation) {
      return new Look(width, height, colour, cameraAzimuth, cameraElevation, padding, shadow);
    }

    /** The same look without a shadow on the ground. */
    public Look withoutShadow() {
      return new Look(width, height, colour, azimuth, elevation, padding, false);
    }
  }

  /**
   * Faces in a colour of their own.
   *
   * @param faces indices beyond the mesh are ignored
   * @param colour sRGB {@code 0xRRGGBB}
   */
  public record Paint(Faces faces, int colour) {
    public Paint {
      if (colour < 0 || colour > 0xffffff) {
        throw new IllegalArgumentException("not a colour 0xRRGGBB: " + colour);
      }
    }
  }

  /** The mesh in {@link Look#DEFAULT}. */
  public static Thumbnail of(Mesh mesh) {
    return of(mesh, Look.DEFAULT, List.of());
  }

  /** The mesh in this look, some faces painted; of two paints on one face the later counts. */
  public static Thumbnail of(Mesh mesh, Look look, List<Paint> paints) {
    return new Rendering(mesh, look, paints).render();
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  /** One pixel as {@code 0xAARRGGBB}, sRGB, not premultiplied; {@code (0, 0)} is the top left. */
  public int argb(int x, int y) {
    if (x < 0 || y < 0 || x >= width || y >= height) {
      throw new IndexOutOfBoundsException("no pixel " + x + ", " + y);
    }
    return argb[y * width + x];
  }

  /** The picture as a PNG file, 8 bits for each of red, green, blue and alpha. */
  public byte[] png() {
    return PngEncoder.encode(width, height, argb);
  }
}
