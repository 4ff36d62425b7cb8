package io.ktizo.server.desk;

import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.Refusal;
import io.ktizo.core.print.Thumbnail;
import io.ktizo.core.quote.Assessing;
import io.ktizo.core.quote.Assessment;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * Takes a model in: to disk while it arrives and is hashed, then read, measured, drawn and
 * remembered. Whatever goes wrong on the way, nothing of the file is left. Safe for use by many
 * threads.
 */
public final class Intake {
  /** What the disk must have left after a file, for the database and for everybody else. */
  private static final long RESERVE_BYTES = 256L << 20;

  private final Models models;
  private final MeshWork work;
  private final MeshReader reader;
  private final MeshLimits limits;
  private final Retention retention;
  private final InstantSource clock;

  public Intake(
      Models models, MeshWork work, MeshLimits limits, Retention retention, InstantSource clock) {
    this.models = models;
    this.work = work;
    this.reader = MeshReader.withLimits(limits);
    this.limits = limits;
    this.retention = retention;
    this.clock = clock;
  }

  /** What became of a file. */
  public sealed interface Outcome {
    /** It is a model and was kept. */
    record Kept(UploadedModel model) implements Outcome {}

    /** It is none that can be read; nothing was kept. */
    record Refused(Refusal refusal) implements Outcome {}

    /** The disk has no room for it; nothing was read. */
    record NoRoom() implements Outcome {}
  }

  /** No larger file is taken in. */
  public long mostBytes() {
    return limits.bytes();
  }

  /**
   * Takes one file in.
   *
   * @param name what the customer calls it; checked by the caller, never used as a path
   * @param length how many bytes the stream has, at most {@link #mostBytes}
   * @param body read to its end, not closed
   * @throws IOException if the stream ends early or fails
   * @throws BusyException if too many models wait already
   */
  public Outcome receive(String name, long length, InputStream body) throws IOException {
    Instant received = clock.instant();
    models.tidy(retention, received);
    if (models.usableBytes() < length + RESERVE_BYTES) {
      return new Outcome.NoRoom();
    }
    DeskId id = DeskId.create(DeskId.Kind.MODEL, received);
    Path part = models.newPart(id);
    try {
      String sha256 = copy(body, length, part);
      return work.run(() -> examine(id, name, length, sha256, received, part));
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String copy(InputStream body, long length, Path part) throws IOException {
    MessageDigest digest = sha256();
    byte[] block = new byte[1 << 16];
    long left = length;
    try (OutputStream out = Files.newOutputStream(part)) {
      while (left > 0) {
        int read = body.read(block, 0, (int) Math.min(block.length, left));
        if (read < 0) {
          throw new EOFException("the body ended " + left + " bytes early");
        }
        digest.update(block, 0, read);
        out.write(block, 0, read);
        left -= read;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Outcome examine(
      DeskId id, String name, long length, String sha256, Instant received, Path part)
      throws IOException {
    return switch (reader.read(part)) {
      case MeshReading.Refused refused -> new Outcome.Refused(refused.refusal());
      case MeshReading.Accepted accepted -> {
        Assessment assessment = Assessing.standard().assess(accepted.model(), sha256, null);
        byte[] picture = Thumbnail.of(assessment.model().mesh()).png();
        String report =
            ModelDocument.of(
                id, name, length, received, received.plus(retention.age()), accepted, assessment);
        UploadedModel model = new UploadedModel(id, name, sha256, length, received, report);
        models.keep(model, part, picture);
        yield new Outcome.Kept(model);
      }
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
