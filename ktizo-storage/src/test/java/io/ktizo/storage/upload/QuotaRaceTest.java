package io.ktizo.storage.upload;

import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.SettableClock;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Usage;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.store.SqlCatalogue;
import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Many uploads of one owner at once, through two instances. */
final class QuotaRaceTest {
  private static final int UPLOADS = 40;
  private static final int TRIANGLES = 18;
  private static final int LENGTH = 84 + 50 * TRIANGLES;

  /** Room for ten and a half of them. */
  private static final Quota BYTES =
      new Quota(10L * LENGTH + LENGTH / 2, 1_000, LENGTH, 1_000, Duration.ofHours(1));

  private static final Quota FILES =
      new Quota(1_000L * LENGTH, 10, LENGTH, 1_000, Duration.ofHours(1));
  private static final Quota RATE =
      new Quota(1_000L * LENGTH, 1_000, LENGTH, 10, Duration.ofHours(1));

  private final SettableClock clock = SettableClock.atNoon();

  @Test
  void the_quota_is_never_exceeded_in_memory() throws Exception {
    for (Quota quota : List.of(BYTES, FILES, RATE)) {
      MemoryCatalogue shared = new MemoryCatalogue();
      assertTenOfFortyAreKept(quota, instance -> shared);
    }
  }

  @Test
  void the_quota_is_never_exceeded_by_two_instances_on_h2() throws Exception {
    assertTenOfFortyAreKept(Dialect.H2);
  }

  @Test
  void the_quota_is_never_exceeded_by_two_instances_on_postgresql() throws Exception {
    assertTenOfFortyAreKept(Dialect.POSTGRESQL);
  }

  private void assertTenOfFortyAreKept(Dialect dialect) throws Exception {
    try (TestDatabase database = TestDatabase.create(dialect).migrated(SqlCatalogue.MIGRATIONS)) {
      for (Quota quota : List.of(BYTES, FILES, RATE)) {
        assertTenOfFortyAreKept(
            quota,
            instance ->
                new SqlCatalogue(
                    database.database(), new TimeOrderedIds(clock, new SecureRandom())));
      }
    }
  }

  private void assertTenOfFortyAreKept(Quota quota, Function<Integer, Catalogue> catalogues)
      throws Exception {
    catalogues.apply(0).erase(OWNER);
    MemoryFileStore store = new MemoryFileStore();
    EncryptedStore vault = UploadFixtures.vault(store, new MemoryWrappedKeys());
    List<Uploading> instances = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      instances.add(
          UploadFixtures.uploading(vault, catalogues.apply(i), clock)
              .quota(owner -> quota)
              .build());
    }
    CyclicBarrier together = new CyclicBarrier(UPLOADS);
    List<Future<Outcome>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < UPLOADS; i++) {
        byte[] content = stl(TRIANGLES, i);
        Uploading instance = instances.get(i % 2);
        outcomes.add(
            threads.submit(
                () -> {
                  together.await();
                  return instance.take(
                      Intake.of(OWNER, "part.stl", content.length),
                      Body.of(new ByteArrayInputStream(content), content.length));
                }));
      }
    }

    int kept = 0;
    for (Future<Outcome> outcome : outcomes) {
      assertThat(outcome.get()).isInstanceOfAny(Outcome.Kept.class, Outcome.Denied.class);
      kept += outcome.get() instanceof Outcome.Kept ? 1 : 0;
    }
    assertThat(kept).isEqualTo(10);
    assertThat(catalogues.apply(0).usage(OWNER)).isEqualTo(new Usage(10L * LENGTH, 0, 10, 0));
    assertThat(UploadFixtures.names(store)).hasSize(10);
  }
}
