package io.ktizo.privacy.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.privacy.export.PackedStream.Tally;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is needed to go on with an archive after a kill.
 *
 * @param zip where the archive's writer is
 * @param files where the files on disk end
 * @param body what has gone through the entry at hand
 * @param side what has gone through the stream that is written beside it
 * @param page what has gone through the page
 * @param place what of the person's data comes next
 * @param done what is finished, for the table of contents
 */
record State(
    ZipWriter.State zip,
    Files files,
    Tally body,
    Tally side,
    Tally page,
    Place place,
    List<Done> done) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * Where each file ends as far as it counts.
   *
   * @param sideNumber which of the side files is the one at hand
   */
  record Files(
      SealedOutput.Mark archive,
      SealedOutput.Mark directory,
      int sideNumber,
      SealedOutput.Mark side,
      SealedOutput.Mark page) {}

  /**
   * A place in the person's data.
   *
   * @param step which data set or holder, from 0
   * @param part which part of it, from 1
   * @param inPart rows in this part
   * @param rows rows of the step, or items of a holder, that are finished
   * @param after the key of the last row, as text; {@code null} before the first row and for tables
   *     without a key
   * @param entry the path of the file at hand; {@code null} between files
   * @param offset bytes of the file at hand that are in the archive
   */
  record Place(
      int step,
      int part,
      long inPart,
      long rows,
      @Nullable List<String> after,
      @Nullable String entry,
      long offset) {
    static Place atStep(int step) {
      return new Place(step, 1, 0, 0, null, null, 0);
    }
  }

  /**
   * A finished data set or holder.
   *
   * @param holder whether it is a holder
   * @param name its name
   * @param title for people
   * @param anchor its place on the page
   * @param rows rows or items
   * @param files their paths in the archive
   */
  record Done(
      boolean holder, String name, String title, String anchor, long rows, List<String> files) {}

  byte[] toJson() {
    try {
      return MAPPER.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a state is plain records", e);
    }
  }

  static State parse(byte[] json) throws IOException {
    return MAPPER.readValue(json, State.class);
  }
}
