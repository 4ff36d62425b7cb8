package io.ktizo.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every file store promises. An embedder's own store inherits it too. */
public abstract class FileStoreContract {
  private static final StoreKey KEY = new StoreKey("blob_01h455vb4pex5vsknk084sn02q");

  /** The store under test, empty. */
  protected abstract FileStore store();

  @Test
  void what_is_put_is_read_back() throws IOException {
    byte[] content = bytes(1, 9 << 20);
    store().put(KEY, out -> out.write(content));

    assertThat(read(KEY, ByteRange.ALL)).isEqualTo(content);
    assertThat(store().length(KEY)).hasValue(content.length);
    assertThat(store().exists(KEY)).isTrue();
  }

  @Test
  void bytes_written_one_by_one_and_in_pieces_arrive_in_order() throws IOException {
    byte[] content = bytes(2, 1000);
    store()
        .put(
            KEY,
            out -> {
              out.write(content[0]);
              out.write(content, 1, 500);
              out.flush();
              out.write(content, 501, 499);
            });

    assertThat(read(KEY, ByteRange.ALL)).isEqualTo(content);
  }

  @Test
  void an_empty_blob_is_a_blob() throws IOException {
    store().put(KEY, out -> {});

    assertThat(store().length(KEY)).hasValue(0);
    assertThat(read(KEY, ByteRange.ALL)).isEmpty();
  }

  @Test
  void a_range_gives_what_of_it_there_is() throws IOException {
    byte[] content = bytes(3, 100);
    store().put(KEY, out -> out.write(content));

    assertThat(read(KEY, new ByteRange(10, 20))).isEqualTo(part(content, 10, 30));
    assertThat(read(KEY, new ByteRange(99, 1))).isEqualTo(part(content, 99, 100));
    assertThat(read(KEY, new ByteRange(90, 50))).isEqualTo(part(content, 90, 100));
    assertThat(read(KEY, ByteRange.from(40))).isEqualTo(part(content, 40, 100));
    assertThat(read(KEY, new ByteRange(5, 0))).isEmpty();
    assertThat(read(KEY, new ByteRange(100, 5))).isEmpty();
    assertThat(read(KEY, ByteRange.from(5_000_000_000L))).isEmpty();
  }

  @Test
  void a_range_can_be_read_in_every_way_a_stream_allows() throws IOException {
    byte[] content = bytes(4, 100);
    store().put(KEY, out -> out.write(content));

    try (InputStream in = store().open(KEY, new ByteRange(10, 20))) {
      assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(content[10]));
      in.skipNBytes(4);
      assertThat(in.readNBytes(3)).isEqualTo(part(content, 15, 18));
      assertThat(in.readAllBytes()).isEqualTo(part(content, 18, 30));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_name_is_written_once() throws IOException {
    store().put(KEY, out -> out.write(1));

    assertThatThrownBy(() -> store().put(KEY, out -> out.write(2)))
        .isInstanceOf(AlreadyStoredException.class)
        .hasMessageContaining(KEY.value());
    assertThat(read(KEY, ByteRange.ALL)).containsExactly(1);
  }

  @Test
  void of_several_writers_of_one_name_one_wins() throws Exception {
    int writers = 8;
    CyclicBarrier together = new CyclicBarrier(writers);
    List<byte[]> contents = new ArrayList<>();
    List<Future<Boolean>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      for (int i = 0; i < writers; i++) {
        byte[] content = bytes(100 + i, 50_000);
        contents.add(content);
        results.add(
            threads.submit(
                () -> {
                  try {
                    store()
                        .put(
                            KEY,
                            out -> {
                              out.write(content, 0, 25_000);
                              await(together);
                              out.write(content, 25_000, 25_000);
                            });
                    return true;
                  } catch (AlreadyStoredException lost) {
                    return false;
                  }
                }));
      }
    }

    int winner = -1;
    for (int i = 0; i < writers; i++) {
      if (results.get(i).get()) {
        assertThat(winner).as("a second winner").isEqualTo(-1);
        winner = i;
      }
    }
    assertThat(winner).isNotEqualTo(-1);
    assertThat(read(KEY, ByteRange.ALL)).isEqualTo(contents.get(winner));
  }

  private static void await(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Test
  void a_writer_that_fails_leaves_nothing() {
    assertThatThrownBy(
            () ->
                store()
                    .put(
                        KEY,
                        out -> {
                          out.write(bytes(5, 100_000));
                          throw new IOException("connection reset");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");
    assertThatThrownBy(
            () ->
                store()
                    .put(
                        KEY,
                        out -> {
                          out.write(1);
                          throw new IllegalStateException("changed its mind");
                        }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(store().exists(KEY)).isFalse();
    assertThat(names("")).isEmpty();
  }

  @Test
  void a_name_is_free_again_after_a_writer_failed() throws IOException {
    assertThatThrownBy(
            () ->
                store()
                    .put(
                        KEY,
                        out -> {
                          throw new IOException("gone");
                        }))
        .isInstanceOf(IOException.class);
    store().put(KEY, out -> out.write(7));

    assertThat(read(KEY, ByteRange.ALL)).containsExactly(7);
  }

  @Test
  void what_is_not_there_cannot_be_opened() {
    assertThatThrownBy(() -> store().open(KEY, ByteRange.ALL).close())
        .isInstanceOf(BlobMissingException.class)
        .hasMessageContaining(KEY.value());
    assertThatThrownBy(() -> store().open(KEY, new ByteRange(3, 0)).close())
        .isInstanceOf(BlobMissingException.class);
    assertThat(store().length(KEY)).isEmpty();
    assertThat(store().exists(KEY)).isFalse();
  }

  @Test
  void deleting_removes_and_may_be_repeated() throws IOException {
    store().put(KEY, out -> out.write(1));
    store().delete(KEY);
    store().delete(KEY);

    assertThat(store().exists(KEY)).isFalse();
    assertThat(names("")).isEmpty();
    assertThatThrownBy(() -> store().open(KEY, ByteRange.ALL).close())
        .isInstanceOf(BlobMissingException.class);
  }

  @Test
  void a_reader_is_never_given_other_bytes_when_the_blob_is_deleted_meanwhile() throws IOException {
    byte[] content = bytes(6, 3 << 20);
    store().put(KEY, out -> out.write(content));
    try (InputStream in = store().open(KEY, ByteRange.ALL)) {
      byte[] start = in.readNBytes(1000);
      store().delete(KEY);
      byte[] rest;
      try {
        rest = in.readAllBytes();
      } catch (IOException | StorageException refused) {
        return;
      }
      assertThat(start).isEqualTo(part(content, 0, 1000));
      assertThat(rest).isEqualTo(part(content, 1000, content.length));
    }
  }

  @Test
  void names_are_listed_by_their_beginning() throws IOException {
    for (String name : List.of("part_a", "part_b", "parts", "file_a", "p")) {
      store().put(new StoreKey(name), out -> out.write(1));
    }

    assertThat(names("part_")).containsExactlyInAnyOrder("part_a", "part_b");
    assertThat(names("part")).containsExactlyInAnyOrder("part_a", "part_b", "parts");
    assertThat(names("")).containsExactlyInAnyOrder("part_a", "part_b", "parts", "file_a", "p");
    assertThat(names("nothing")).isEmpty();
  }

  @Test
  void a_channel_over_a_blob_reads_anywhere() throws IOException {
    byte[] content = bytes(8, 200_000);
    store().put(KEY, out -> out.write(content));
    Random random = new Random(8);
    try (BlobChannel channel = BlobChannel.open(store(), KEY)) {
      assertThat(channel.size()).isEqualTo(content.length);
      for (int i = 0; i < 20; i++) {
        int from = random.nextInt(content.length - 1000);
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        channel.position(from);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
          // Reads until it has all of it.
        }
        assertThat(buffer.array()).isEqualTo(part(content, from, from + 1000));
      }
      channel.position(content.length);
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void a_list_tells_how_long_and_how_old_blobs_are() throws IOException {
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    store().put(new StoreKey("listed_1"), out -> out.write(bytes(1, 1_000)));
    store().put(new StoreKey("listed_2"), out -> {});
    Instant after = Instant.now().plusSeconds(1);

    try (Stream<FileStore.Listed> blobs = store().list("listed_")) {
      assertThat(blobs)
          .allSatisfy(blob -> assertThat(blob.stored()).isBetween(before, after))
          .extracting(blob -> blob.key().value(), FileStore.Listed::length)
          .containsExactlyInAnyOrder(tuple("listed_1", 1_000L), tuple("listed_2", 0L));
    }
  }

  private byte[] read(StoreKey key, ByteRange range) throws IOException {
    try (InputStream in = store().open(key, range)) {
      return in.readAllBytes();
    }
  }

  private List<String> names(String prefix) {
    try (Stream<FileStore.Listed> blobs = store().list(prefix)) {
      return blobs.map(blob -> blob.key().value()).toList();
    }
  }

  private static byte[] part(byte[] content, int from, int to) {
    return Arrays.copyOfRange(content, from, to);
  }

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
