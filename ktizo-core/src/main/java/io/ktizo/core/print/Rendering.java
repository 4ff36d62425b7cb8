package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.Arrays;
import java.util.List;

/**
 * One picture in the making: camera, visibility, occlusion, light, ground.
 *
 * <p>Screen coordinates are pixels, x to the right, y down; depth grows away from the camera and is
 * in pixels too. Light is computed in linear RGB and written as sRGB.
 */
final class Rendering {
  private static final double CREASE_COSINE = 0.8; // about 37 degrees
  private static final int SMOOTHED_FACES_PER_VERTEX = 64;
  private static final int OCCLUSION_TAPS = 14;
  private static final double OCCLUSION_RADIUS = 0.11; // share of the picture's smaller side
  private static final double OCCLUSION_STRENGTH = 1.5;
  private static final int SRGB_STEPS = 4096;
  private static final byte[] TO_SRGB = toSrgb();

  private final int[] corners;
  private final float[] positions;
  private final Thumbnail.Look look;
  private final int triangles;
  private final int width;
  private final int height;
  private final int samples;

  private final double[] right;
  private final double[] up;
  private final double[] toward;
  private final float[] screen; // x, y, depth of every vertex
  private final double pixelsPerMm;
  private final double offsetX;
  private final double offsetY;
  private final double ground;
  private final double middleX;
  private final double middleY;

  private final float[][] palette;
  private final byte[] paintOf;
  private float[] cornerNormals = new float[0];
  private int[] visibleSlot = new int[0];

  Rendering(Mesh mesh, Thumbnail.Look look, List<Thumbnail.Paint> paints) {
    this.look = look;
    corners = mesh.corners();
    positions = mesh.positions();
    triangles = mesh.triangleCount();
    width = look.width();
    height = look.height();
    int larger = Math.max(width, height);
    samples = larger <= 640 ? 4 : larger <= 1024 ? 3 : 2;

    double azimuth = StrictMath.toRadians(look.azimuth());
    double elevation = StrictMath.toRadians(look.elevation());
    double sinA = StrictMath.sin(azimuth);
    double cosA = StrictMath.cos(azimuth);
    double sinE = StrictMath.sin(elevation);
    double cosE = StrictMath.cos(elevation);
    right = new double[] {cosA, sinA, 0};
    up = new double[] {-sinE * sinA, sinE * cosA, cosE};
    toward = new double[] {sinA * cosE, -cosA * cosE, sinE};

    double[] low = new double[3];
    double[] high = new double[3];
    Arrays.fill(low, Double.POSITIVE_INFINITY);
    Arrays.fill(high, Double.NEGATIVE_INFINITY);
    for (int corner : corners) {
      for (int axis = 0; axis < 3; axis++) {
        double value = positions[3 * corner + axis];
        low[axis] = Math.min(low[axis], value);
        high[axis] = Math.max(high[axis], value);
      }
    }
    if (triangles == 0) {
      Arrays.fill(low, 0);
      Arrays.fill(high, 0);
    }
    middleX = (low[0] + high[0]) / 2;
    middleY = (low[1] + high[1]) / 2;
    ground = low[2];

    double left = Double.POSITIVE_INFINITY;
    double bottom = Double.POSITIVE_INFINITY;
    double rightmost = Double.NEGATIVE_INFINITY;
    double top = Double.NEGATIVE_INFINITY;
    for (int corner : corners) {
      double x = positions[3 * corner] - middleX;
      double y = positions[3 * corner + 1] - middleY;
      double z = positions[3 * corner + 2] - ground;
      double across = x * right[0] + y * right[1];
      double along = x * up[0] + y * up[1] + z * up[2];
      left = Math.min(left, across);
      rightmost = Math.max(rightmost, across);
      bottom = Math.min(bottom, along);
      top = Math.max(top, along);
    }
    double padding = look.padding() * Math.min(width, height);
    double fit =
        Math.min(
            (width - 2 * padding) / (rightmost - left), (height - 2 * padding) / (top - bottom));
    // A mesh without any extent still has a picture: an empty one.
    boolean hasExtent = fit > 0 && fit < 1e30;
    pixelsPerMm = hasExtent ? fit : 1;
    offsetX = hasExtent ? width / 2.0 - pixelsPerMm * (left + rightmost) / 2 : 0;
    offsetY = hasExtent ? height / 2.0 + pixelsPerMm * (bottom + top) / 2 : 0;

    screen = new float[positions.length];
    for (int at = 0; at < positions.length; at += 3) {
      double x = positions[at] - middleX;
      double y = positions[at + 1] - middleY;
      double z = positions[at + 2] - ground;
      screen[at] = (float) (offsetX + pixelsPerMm * (x * right[0] + y * right[1]));
      screen[at + 1] = (float) (offsetY - pixelsPerMm * (x * up[0] + y * up[1] + z * up[2]));
      screen[at + 2] = (float) (-pixelsPerMm * (x * toward[0] + y * toward[1] + z * toward[2]));
    }

    palette = new float[Math.min(paints.size(), 126) + 1][];
    palette[0] = linear(look.colour());
    paintOf = new byte[paints.isEmpty() ? 0 : triangles];
    for (int i = 1; i < palette.length; i++) {
      Thumbnail.Paint paint = paints.get(i - 1);
      palette[i] = linear(paint.colour());
      byte colour = (byte) i;
      paint.faces().indices().filter(face -> face < triangles).forEach(f -> paintOf[f] = colour);
    }
  }

  Thumbnail render() {
    VisibilityBuffer seen = new VisibilityBuffer(width * samples, height * samples);
    for (int face = 0; face < triangles; face++) {
      int a = 3 * corners[3 * face];
      int b = 3 * corners[3 * face + 1];
      int c = 3 * corners[3 * face + 2];
      seen.draw(
          face,
          screen[a] * samples,
          screen[a + 1] * samples,
          screen[a + 2],
          screen[b] * samples,
          screen[b + 1] * samples,
          screen[b + 2],
          screen[c] * samples,
          screen[c + 1] * samples,
          screen[c + 2]);
    }
    smooth(seen);
    float[] openness = openness(seen);
    KeyLight key = new KeyLight();
    int[] argb = new int[width * height];
    float[] shadow = look.shadow() && look.elevation() > 0 ? groundShadow() : new float[0];
    float[] sum = new float[3];
    int[] faces = new int[samples * samples];
    float[] sampleX = new float[samples * samples];
    float[] sampleY = new float[samples * samples];
    int[] hits = new int[samples * samples];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int distinct = 0;
        int covered = 0;
        for (int sy = 0; sy < samples; sy++) {
          int at = (y * samples + sy) * seen.width + x * samples;
          for (int sx = 0; sx < samples; sx++) {
            int face = seen.triangle[at + sx];
            if (face == VisibilityBuffer.NOTHING) {
              continue;
            }
            covered++;
            int slot = 0;
            while (slot < distinct && faces[slot] != face) {
              slot++;
            }
            if (slot == distinct) {
              faces[distinct++] = face;
              hits[slot] = 0;
              sampleX[slot] = 0;
              sampleY[slot] = 0;
            }
            hits[slot]++;
            sampleX[slot] += x + (sx + 0.5f) / samples;
            sampleY[slot] += y + (sy + 0.5f) / samples;
          }
        }
        int pixel = y * width + x;
        float beneath = shadow.length == 0 ? 0 : shadow[pixel];
        if (covered == 0) {
          argb[pixel] = Math.round(beneath * 255) << 24;
          continue;
        }
        Arrays.fill(sum, 0);
        for (int slot = 0; slot < distinct; slot++) {
          shade(
              faces[slot],
              sampleX[slot] / hits[slot],
              sampleY[slot] / hits[slot],
              openness[pixel],
              key,
              hits[slot],
              sum);
        }
        float cover = (float) covered / (samples * samples);
        float alpha = cover + (1 - cover) * beneath;
        // The shadow is black, so it adds to alpha only.
        float scale = cover / (covered * alpha);
        argb[pixel] =
            Math.round(alpha * 255) << 24
                | srgb(sum[0] * scale) << 16
                | srgb(sum[1] * scale) << 8
                | srgb(sum[2] * scale);
      }
    }
    return new Thumbnail(width, height, argb);
  }

  /** Corner normals of the visible faces, averaged over neighbours that meet without a crease. */
  private void smooth(VisibilityBuffer seen) {
    visibleSlot = new int[triangles];
    boolean[] wanted = new boolean[positions.length / 3];
    int visible = 0;
    for (int face : seen.triangle) {
      if (face != VisibilityBuffer.NOTHING && visibleSlot[face] == 0) {
        visibleSlot[face] = ++visible;
        wanted[corners[3 * face]] = true;
        wanted[corners[3 * face + 1]] = true;
        wanted[corners[3 * face + 2]] = true;
      }
    }
    int[] start = new int[wanted.length + 1];
    for (int corner : corners) {
      if (wanted[corner]) {
        start[corner + 1]++;
      }
    }
    for (int v = 0; v < wanted.length; v++) {
      start[v + 1] += start[v];
    }
    int[] around = new int[start[wanted.length]];
    int[] next = Arrays.copyOf(start, wanted.length);
    for (int i = 0; i < corners.length; i++) {
      if (wanted[corners[i]]) {
        around[next[corners[i]]++] = i / 3;
      }
    }
    float[] normal = new float[3 * triangles];
    for (int face = 0; face < triangles; face++) {
      if (wanted[corners[3 * face]]
          || wanted[corners[3 * face + 1]]
          || wanted[corners[3 * face + 2]]) {
        scaledNormal(face, normal);
      }
    }
    cornerNormals = new float[9 * (visible + 1)];
    for (int face = 0; face < triangles; face++) {
      if (visibleSlot[face] == 0) {
        continue;
      }
      int own = 3 * face;
      for (int corner = 0; corner < 3; corner++) {
        int vertex = corners[3 * face + corner];
        double nx = normal[own];
        double ny = normal[own + 1];
        double nz = normal[own + 2];
        double length = Math.sqrt(nx * nx + ny * ny + nz * nz);
        double sx = nx;
        double sy = ny;
        double sz = nz;
        // Hubs of large fans are flat or conical: their own normal is right, and cheap.
        if (start[vertex + 1] - start[vertex] <= SMOOTHED_FACES_PER_VERTEX) {
          for (int i = start[vertex]; i < start[vertex + 1]; i++) {
            int other = 3 * around[i];
            if (other == own) {
              continue;
            }
            double ox = normal[other];
            double oy = normal[other + 1];
            double oz = normal[other + 2];
            double cosine = nx * ox + ny * oy + nz * oz;
            if (cosine > 0
                && cosine * cosine
                    > CREASE_COSINE
                        * CREASE_COSINE
                        * length
                        * length
                        * (ox * ox + oy * oy + oz * oz)) {
              sx += ox;
              sy += oy;
              sz += oz;
            }
          }
        }
        double size = Math.sqrt(sx * sx + sy * sy + sz * sz);
        int at = 9 * visibleSlot[face] + 3 * corner;
        if (size > 0) {
          cornerNormals[at] = (float) (sx / size);
          cornerNormals[at + 1] = (float) (sy / size);
          cornerNormals[at + 2] = (float) (sz / size);
        }
      }
    }
  }

  /** The face's normal times twice its area in square pixels, so that large faces weigh more. */
  private void scaledNormal(int face, float[] into) {
    int a = 3 * corners[3 * face];
    int b = 3 * corners[3 * face + 1];
    int c = 3 * corners[3 * face + 2];
    double ux = (positions[b] - positions[a]) * pixelsPerMm;
    double uy = (positions[b + 1] - positions[a + 1]) * pixelsPerMm;
    double uz = (positions[b + 2] - positions[a + 2]) * pixelsPerMm;
    double vx = (positions[c] - positions[a]) * pixelsPerMm;
    double vy = (positions[c + 1] - positions[a + 1]) * pixelsPerMm;
    double vz = (positions[c + 2] - positions[a + 2]) * pixelsPerMm;
    into[3 * face] = (float) (uy * vz - uz * vy);
    into[3 * face + 1] = (float) (uz * vx - ux * vz);
    into[3 * face + 2] = (float) (ux * vy - uy * vx);
  }

  /**
   * How open the surroundings of each pixel are, 0 to 1: ambient occlusion in screen space with the
   * estimator of McGuire and others, "The Alchemy Screen-Space Ambient Obscurance Algorithm" (HPG
   * 2011), its pattern turned from pixel to pixel and then averaged over 4 by 4 pixels.
   */
  private float[] openness(VisibilityBuffer seen) {
    int pixels = width * height;
    float[] depth = new float[pixels];
    int[] front = new int[pixels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * samples + samples / 2) * seen.width + x * samples + samples / 2;
        depth[y * width + x] = seen.depth[at];
        front[y * width + x] = seen.triangle[at];
      }
    }
    double radius = OCCLUSION_RADIUS * Math.min(width, height);
    double[] tapX = new double[OCCLUSION_TAPS];
    double[] tapY = new double[OCCLUSION_TAPS];
    double goldenAngle = Math.PI * (3 - Math.sqrt(5));
    for (int tap = 0; tap < OCCLUSION_TAPS; tap++) {
      double distance = radius * (tap + 0.7) / OCCLUSION_TAPS;
      tapX[tap] = distance * StrictMath.cos(tap * goldenAngle);
      tapY[tap] = distance * StrictMath.sin(tap * goldenAngle);
    }
    double[] turnX = new double[16];
    double[] turnY = new double[16];
    for (int i = 0; i < 16; i++) {
      // 7 is coprime to 16: neighbours get turns far apart.
      turnX[i] = StrictMath.cos((7 * i % 16) * Math.PI / 8);
      turnY[i] = StrictMath.sin((7 * i % 16) * Math.PI / 8);
    }
    float[] open = new float[pixels];
    Arrays.fill(open, 1);
    double[] n = new double[3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = y * width + x;
        if (front[pixel] == VisibilityBuffer.NOTHING) {
          continue;
        }
        viewNormal(front[pixel], n);
        int turn = (x & 3) + 4 * (y & 3);
        double occluded = 0;
        for (int tap = 0; tap < OCCLUSION_TAPS; tap++) {
          double dx = tapX[tap] * turnX[turn] - tapY[tap] * turnY[turn];
          double dy = tapX[tap] * turnY[turn] + tapY[tap] * turnX[turn];
          int tx = (int) Math.round(x + dx);
          int ty = (int) Math.round(y + dy);
          if (tx < 0 || ty < 0 || tx >= width || ty >= height) {
            continue;
          }
          double other = depth[ty * width + tx];
          if (other == Double.POSITIVE_INFINITY) {
            continue;
          }
          double vx = tx - x;
          double vy = y - ty;
          double vz = depth[pixel] - other;
          double squared = vx * vx + vy * vy + vz * vz;
          double fall = 1 - squared / (radius * radius);
          if (fall > 0 && squared > 0) {
            double cosine = (vx * n[0] + vy * n[1] + vz * n[2]) / Math.sqrt(squared) - 0.12;
            if (cosine > 0) {
              occluded += cosine * fall;
            }
          }
        }
        open[pixel] = (float) Math.max(0, 1 - OCCLUSION_STRENGTH * 2 * occluded / OCCLUSION_TAPS);
      }
    }
    return blurred(open, depth, front);
  }

  private float[] blurred(float[] open, float[] depth, int[] front) {
    float[] result = new float[open.length];
    double reach = 0.02 * Math.min(width, height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = y * width + x;
        double sum = 0;
        int count = 0;
        boolean blank = front[pixel] == VisibilityBuffer.NOTHING;
        for (int ty = Math.max(0, y - 2); ty <= Math.min(height - 1, y + 1); ty++) {
          for (int tx = Math.max(0, x - 2); tx <= Math.min(width - 1, x + 1); tx++) {
            int tap = ty * width + tx;
            // A pixel at the rim may be blank in its middle: it takes what its neighbours have.
            if (front[tap] != VisibilityBuffer.NOTHING
                && (blank || Math.abs(depth[tap] - depth[pixel]) < reach)) {
              sum += open[tap];
              count++;
            }
          }
        }
        result[pixel] = count == 0 ? 1 : (float) (sum / count);
      }
    }
    return result;
  }

  /** The shading normal in the middle of a face, in camera axes, turned to the camera. */
  private void viewNormal(int face, double[] into) {
    int at = 9 * visibleSlot[face];
    double nx = cornerNormals[at] + cornerNormals[at + 3] + cornerNormals[at + 6];
    double ny = cornerNormals[at + 1] + cornerNormals[at + 4] + cornerNormals[at + 7];
    double nz = cornerNormals[at + 2] + cornerNormals[at + 5] + cornerNormals[at + 8];
    double across = nx * right[0] + ny * right[1];
    double along = nx * up[0] + ny * up[1] + nz * up[2];
    double out = nx * toward[0] + ny * toward[1] + nz * toward[2];
    double length = Math.sqrt(across * across + along * along + out * out);
    double scale = length > 0 ? (out < 0 ? -1 : 1) / length : 0;
    into[0] = across * scale;
    into[1] = along * scale;
    into[2] = out * scale;
  }

  /** Adds {@code weight} times the linear colour of a face at a screen position to {@code sum}. */
  private void shade(
      int face, float x, float y, float open, KeyLight key, int weight, float[] sum) {
    int a = 3 * corners[3 * face];
    int b = 3 * corners[3 * face + 1];
    int c = 3 * corners[3 * face + 2];
    double ux = (double) screen[b] - screen[a];
    double uy = (double) screen[b + 1] - screen[a + 1];
    double vx = (double) screen[c] - screen[a];
    double vy = (double) screen[c + 1] - screen[a + 1];
    double twiceArea = ux * vy - uy * vx;
    double px = x - screen[a];
    double py = y - screen[a + 1];
    double beta = twiceArea == 0 ? 0 : (px * vy - py * vx) / twiceArea;
    double gamma = twiceArea == 0 ? 0 : (ux * py - uy * px) / twiceArea;
    beta = Math.max(0, Math.min(1, beta));
    gamma = Math.max(0, Math.min(1 - beta, gamma));
    double alpha = 1 - beta - gamma;
    int at = 9 * visibleSlot[face];
    double nx =
        alpha * cornerNormals[at] + beta * cornerNormals[at + 3] + gamma * cornerNormals[at + 6];
    double ny =
        alpha * cornerNormals[at + 1]
            + beta * cornerNormals[at + 4]
            + gamma * cornerNormals[at + 7];
    double nz =
        alpha * cornerNormals[at + 2]
            + beta * cornerNormals[at + 5]
            + gamma * cornerNormals[at + 8];
    double length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    double facing = nx * toward[0] + ny * toward[1] + nz * toward[2];
    // Screen y runs down, so a counter-clockwise front has a negative area.
    boolean back = twiceArea > 0;
    double scale = length > 0 ? (back ? -1 : 1) / length : 0;
    nx *= scale;
    ny *= scale;
    nz *= scale;
    facing = Math.max(0, facing * scale);

    double across = nx * right[0] + ny * right[1];
    double along = nx * up[0] + ny * up[1] + nz * up[2];
    double lit = key.reaches(a, b, c, alpha, beta, gamma, nx, ny, nz);
    double keyCosine =
        Math.max(0, across * KeyLight.ACROSS + along * KeyLight.ALONG + facing * KeyLight.OUT);
    double fill = Math.max(0, 0.85 * across + 0.15 * along + 0.5 * facing);
    double sky = 0.5 + 0.5 * nz;
    double rim = (1 - facing) * (1 - facing);
    rim = rim * rim * Math.max(0, 0.4 + 0.6 * along);
    // Half vector between key light and camera, for a broad highlight as of matt plastic.
    double half =
        Math.max(
            0,
            (across * KeyLight.ACROSS + along * KeyLight.ALONG + facing * (KeyLight.OUT + 1))
                * KeyLight.HALF_SCALE);
    double gloss = half * half;
    gloss *= gloss;
    gloss *= gloss;
    gloss *= gloss * gloss;

    double occlusion = 0.25 + 0.75 * open;
    double ambient = (0.10 + 0.34 * sky) * open;
    double direct = 0.92 * keyCosine * lit + 0.12 * fill * occlusion;
    double shine = 0.06 * gloss * lit + 0.16 * rim * open;
    double tint = back ? 0.45 : 1;
    float[] base = palette[paintOf.length == 0 ? 0 : paintOf[face]];
    // Sky a little cool, key light a little warm.
    sum[0] += (float) (weight * tint * (base[0] * (0.94 * ambient + 1.03 * direct) + shine));
    sum[1] += (float) (weight * tint * (base[1] * (ambient + direct) + shine));
    sum[2] += (float) (weight * tint * (base[2] * (1.08 * ambient + 0.95 * direct) + shine));
  }

  /**
   * The part's soft shadow on the plane that it stands on: opacity for each pixel. What stands low
   * darkens the ground more than what hangs high.
   */
  private float[] groundShadow() {
    int shrink = Math.max(1, Math.min(width, height) / 128);
    int w = (width + shrink - 1) / shrink;
    int h = (height + shrink - 1) / shrink;
    VisibilityBuffer footprint = new VisibilityBuffer(w, h);
    double[] at = new double[9];
    for (int face = 0; face < triangles; face++) {
      for (int corner = 0; corner < 3; corner++) {
        int v = 3 * corners[3 * face + corner];
        double x = positions[v] - middleX;
        double y = positions[v + 1] - middleY;
        at[3 * corner] = (offsetX + pixelsPerMm * (x * right[0] + y * right[1])) / shrink;
        at[3 * corner + 1] = (offsetY - pixelsPerMm * (x * up[0] + y * up[1])) / shrink;
        at[3 * corner + 2] = pixelsPerMm * (positions[v + 2] - ground);
      }
      footprint.draw(face, at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], at[8]);
    }
    float[] opacity = new float[w * h];
    double fade = 0.09 * Math.min(width, height);
    for (int i = 0; i < opacity.length; i++) {
      if (footprint.triangle[i] != VisibilityBuffer.NOTHING) {
        double height01 = footprint.depth[i] / fade;
        opacity[i] = (float) (1 / (1 + height01 * height01));
      }
    }
    int reach = Math.max(1, Math.min(w, h) / 42);
    for (int pass = 0; pass < 3; pass++) {
      opacity = boxBlurred(opacity, w, h, reach);
    }
    float[] result = new float[width * height];
    for (int y = 0; y < height; y++) {
      double sy = Math.max(0, Math.min(h - 1.001, (y + 0.5) / shrink - 0.5));
      int y0 = (int) sy;
      int y1 = Math.min(h - 1, y0 + 1);
      double fy = sy - y0;
      for (int x = 0; x < width; x++) {
        double sx = Math.max(0, Math.min(w - 1.001, (x + 0.5) / shrink - 0.5));
        int x0 = (int) sx;
        int x1 = Math.min(w - 1, x0 + 1);
        double fx = sx - x0;
        double value =
            (1 - fy) * ((1 - fx) * opacity[y0 * w + x0] + fx * opacity[y0 * w + x1])
                + fy * ((1 - fx) * opacity[y1 * w + x0] + fx * opacity[y1 * w + x1]);
        // Out to nothing at the border, so that no edge shows where the picture ends.
        double border =
            Math.min(Math.min(x, width - 1 - x), Math.min(y, height - 1 - y))
                / (0.04 * Math.min(width, height));
        result[y * width + x] = (float) (0.42 * value * Math.min(1, border));
      }
    }
    return result;
  }

  private static float[] boxBlurred(float[] from, int w, int h, int reach) {
    float[] rows = new float[from.length];
    float share = 1f / (2 * reach + 1);
    for (int y = 0; y < h; y++) {
      double sum = 0;
      for (int x = -reach; x < w; x++) {
        sum += x + reach < w ? from[y * w + x + reach] : 0;
        sum -= x - reach - 1 >= 0 ? from[y * w + x - reach - 1] : 0;
        if (x >= 0) {
          rows[y * w + x] = (float) (sum * share);
        }
      }
    }
    float[] both = new float[from.length];
    for (int x = 0; x < w; x++) {
      double sum = 0;
      for (int y = -reach; y < h; y++) {
        sum += y + reach < h ? rows[(y + reach) * w + x] : 0;
        sum -= y - reach - 1 >= 0 ? rows[(y - reach - 1) * w + x] : 0;
        if (y >= 0) {
          both[y * w + x] = (float) (sum * share);
        }
      }
    }
    return both;
  }

  /** The lamp from the upper left, with a shadow map of what stands in its way. */
  private final class KeyLight {
    // Direction to the lamp in camera axes, of length 1: across, along, out.
    static final double ACROSS = -0.48;
    static final double ALONG = 0.64;
    static final double OUT = 0.6;
    static final double HALF_SCALE = 0.5590169943749475; // 1 / |lamp + camera| = 1 / sqrt(3.2)

    private final VisibilityBuffer map;
    private final float[] at;
    private final double bias;

    KeyLight() {
      double[] lamp = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        lamp[axis] = ACROSS * right[axis] + ALONG * up[axis] + OUT * toward[axis];
      }
      double flat = Math.sqrt(lamp[0] * lamp[0] + lamp[1] * lamp[1]);
      double[] side = {-lamp[1] / flat, lamp[0] / flat, 0};
      double[] over = {
        lamp[1] * side[2] - lamp[2] * side[1],
        lamp[2] * side[0] - lamp[0] * side[2],
        lamp[0] * side[1] - lamp[1] * side[0]
      };
      at = new float[positions.length];
      double lowX = Double.POSITIVE_INFINITY;
      double highX = Double.NEGATIVE_INFINITY;
      double lowY = Double.POSITIVE_INFINITY;
      double highY = Double.NEGATIVE_INFINITY;
      for (int corner : corners) {
        int v = 3 * corner;
        double x = positions[v] - middleX;
        double y = positions[v + 1] - middleY;
        double z = positions[v + 2] - ground;
        double across = x * side[0] + y * side[1];
        double along = x * over[0] + y * over[1] + z * over[2];
        at[v] = (float) across;
        at[v + 1] = (float) along;
        at[v + 2] = (float) -(x * lamp[0] + y * lamp[1] + z * lamp[2]);
        lowX = Math.min(lowX, across);
        highX = Math.max(highX, across);
        lowY = Math.min(lowY, along);
        highY = Math.max(highY, along);
      }
      int size = Math.max(128, Math.min(1024, Math.max(width, height)));
      double extent = Math.max(highX - lowX, highY - lowY);
      double scale = extent > 0 && extent < 1e30 ? (size - 6) / extent : 1;
      for (int corner = 0; corner < at.length; corner += 3) {
        at[corner] = (float) ((at[corner] - lowX) * scale + 3);
        at[corner + 1] = (float) ((at[corner + 1] - lowY) * scale + 3);
        at[corner + 2] = (float) (at[corner + 2] * scale);
      }
      map = new VisibilityBuffer(size, size);
      for (int face = 0; face < triangles; face++) {
        int a = 3 * corners[3 * face];
        int b = 3 * corners[3 * face + 1];
        int c = 3 * corners[3 * face + 2];
        map.draw(
            face, at[a], at[a + 1], at[a + 2], at[b], at[b + 1], at[b + 2], at[c], at[c + 1],
            at[c + 2]);
      }
      bias = 1.5;
    }

    /** The share of the lamp's light that reaches a point of a face, softened at the rim. */
    double reaches(
        int a,
        int b,
        int c,
        double alpha,
        double beta,
        double gamma,
        double nx,
        double ny,
        double nz) {
      double across = nx * right[0] + ny * right[1];
      double along = nx * up[0] + ny * up[1] + nz * up[2];
      double out = nx * toward[0] + ny * toward[1] + nz * toward[2];
      double cosine = across * ACROSS + along * ALONG + out * OUT;
      if (cosine <= 0) {
        return 0;
      }
      double x = alpha * at[a] + beta * at[b] + gamma * at[c];
      double y = alpha * at[a + 1] + beta * at[b + 1] + gamma * at[c + 1];
      double z = alpha * at[a + 2] + beta * at[b + 2] + gamma * at[c + 2];
      // Where light grazes, one texel of the map spans much depth.
      double slope = Math.min(8, Math.sqrt(1 - Math.min(1, cosine * cosine)) / cosine);
      double limit = z - bias * (1 + 1.5 * slope);
      int cx = (int) x;
      int cy = (int) y;
      int lit = 0;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int tx = Math.max(0, Math.min(map.width - 1, cx + dx));
          int ty = Math.max(0, Math.min(map.height - 1, cy + dy));
          if (map.depth[ty * map.width + tx] >= limit) {
            lit++;
          }
        }
      }
      return lit / 9.0;
    }
  }

  private static float[] linear(int rgb) {
    return new float[] {
      linearOf(rgb >> 16 & 0xff), linearOf(rgb >> 8 & 0xff), linearOf(rgb & 0xff)
    };
  }

  /** The transfer function of IEC 61966-2-1, from 0..255 to 0..1. */
  private static float linearOf(int value) {
    double v = value / 255.0;
    return (float) (v <= 0.04045 ? v / 12.92 : StrictMath.pow((v + 0.055) / 1.055, 2.4));
  }

  private static byte[] toSrgb() {
    byte[] table = new byte[SRGB_STEPS + 1];
    for (int i = 0; i <= SRGB_STEPS; i++) {
      double v = (double) i / SRGB_STEPS;
      double encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * StrictMath.pow(v, 1 / 2.4) - 0.055;
      table[i] = (byte) Math.round(255 * encoded);
    }
    return table;
  }

  private static int srgb(float linear) {
    int step = Math.round(linear * SRGB_STEPS);
    return TO_SRGB[Math.max(0, Math.min(SRGB_STEPS, step))] & 0xff;
  }
}
