package io.ktizo.storage.store;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.storage.FileName;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Quota;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A process that writes to a catalogue as uploads do, statements that commit by themselves and
 * transactions, and says after each what it was told is done: {@code AcknowledgingWriter URL POOLED
 * HALT}. It goes on until somebody kills it, or dies by itself right after it has said the number
 * {@code HALT}.
 */
final class AcknowledgingWriter {
  private static final Quota QUOTA =
      new Quota(1L << 40, 1_000_000, 1L << 30, 1_000_000, Duration.ofHours(1));

  private AcknowledgingWriter() {}

  public static void main(String[] arguments) throws SQLException, IOException {
    String url = arguments[0];
    long halt = Long.parseLong(arguments[2]);
    // One that stays open, as a pool's does; without it H2 opens and closes the file each time.
    Connection open = arguments[1].equals("pooled") ? DriverManager.getConnection(url) : null;
    TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system(), new SecureRandom());
    SqlCatalogue catalogue =
        new SqlCatalogue(Database.over(() -> DriverManager.getConnection(url)), ids);
    // Not System.out, which keeps what it was given a while.
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      for (long number = 0; ; number += 2) {
        catalogue.announce(blob(number), Instant.MAX.minusSeconds(1L << 40));
        acknowledge(out, number, halt);
        catalogue.admit(upload(number + 1, ids), QUOTA, Instant.now());
        acknowledge(out, number + 1, halt);
      }
    } finally {
      if (open != null) {
        open.close();
      }
    }
  }

  private static void acknowledge(OutputStream out, long number, long halt) throws IOException {
    out.write((number + "\n").getBytes(StandardCharsets.US_ASCII));
    if (number == halt) {
      Runtime.getRuntime().halt(99);
    }
  }

  static StoreKey blob(long number) {
    return new StoreKey("blob-" + number);
  }

  static Owner owner(long number) {
    return new Owner("owner-" + number);
  }

  private static Upload upload(long number, TimeOrderedIds ids) {
    return Upload.begin(
        UploadId.FORM.next(ids),
        owner(number),
        FileName.of("part.stl"),
        100,
        Upload.Kind.WHOLE,
        KeyId.FORM.next(ids),
        Instant.now(),
        Instant.now().plusSeconds(60));
  }
}
