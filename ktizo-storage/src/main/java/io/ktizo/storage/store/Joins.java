package io.ktizo.storage.store;

import io.ktizo.storage.Denial;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Upload;
import io.ktizo.storage.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What joining uploads means for quota and expiry, the same for every catalogue. */
final class Joins {
  private Joins() {}

  static boolean isFit(Upload part, Upload whole) {
    return part.owner().equals(whole.owner())
        && part.kind() == Upload.Kind.PART
        && part.state() == Upload.State.RECEIVED;
  }

  /**
   * @param held what the parts had reserved and now lend
   */
  static List<Denial> denials(Quota quota, Usage usage, long length, long held) {
    List<Denial> denials = new ArrayList<>();
    if (length > quota.fileBytes()) {
      denials.add(new Denial.FileTooLarge(quota.fileBytes()));
    }
    // It takes the place of its parts, so it is none more of them.
    denials.addAll(Denial.of(quota, usage, length - held, 0));
    return denials;
  }

  /** A part whose reservation is another upload's from now on. */
  static Upload lent(Upload part, Instant expires) {
    return new Upload(
        part.id(),
        part.owner(),
        part.name(),
        part.length(),
        part.deferred(),
        part.kind(),
        part.state(),
        part.key(),
        part.pieces(),
        part.parts(),
        0,
        part.created(),
        part.expires().isAfter(expires) ? part.expires() : expires,
        part.writer(),
        part.file(),
        part.refusal());
  }

  static Upload sized(Upload upload, long length) {
    return new Upload(
        upload.id(),
        upload.owner(),
        upload.name(),
        length,
        false,
        upload.kind(),
        upload.state(),
        upload.key(),
        upload.pieces(),
        upload.parts(),
        length,
        upload.created(),
        upload.expires(),
        upload.writer(),
        upload.file(),
        upload.refusal());
  }
}
