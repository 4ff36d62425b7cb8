package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.account.AccountMail;
import io.ktizo.core.sql.Database;
import io.ktizo.server.Browser;
import io.ktizo.server.Foundation;
import io.ktizo.server.StlFiles;
import io.ktizo.server.TestServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * With one key a request is carried out once, however often and however many at a time it comes.
 */
class IdempotencyTest {
  private static final String WANTED = "{\"name\":\"ci\",\"scopes\":[\"orders:read\"]}";

  @Nested
  class OnH2 extends Contract {
    @Override
    TestServer open(Path folder) {
      return TestServer.in(folder);
    }

    @Override
    Database database(TestServer server) {
      return server.database();
    }
  }

  @Nested
  class OnPostgres extends Contract {
    private @Nullable EmbeddedPostgres postgres;

    @Override
    TestServer open(Path folder) throws Exception {
      EmbeddedPostgres started = EmbeddedPostgres.builder().start();
      postgres = started;
      return TestServer.on(
          folder,
          new Foundation.Place.Postgres(
              started.getJdbcUrl("postgres", "postgres"), "postgres", "postgres"));
    }

    @Override
    Database database(TestServer server) {
      if (postgres == null) {
        throw new IllegalStateException("not started");
      }
      return Database.over(postgres.getPostgresDatabase());
    }

    @AfterAll
    void end() throws Exception {
      if (postgres != null) {
        postgres.close();
      }
    }
  }

  /** The same on both databases. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Contract {
    private TestServer server;

    abstract TestServer open(Path folder) throws Exception;

    /** The server's database, past the server. */
    abstract Database database(TestServer server);

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
      server = open(folder);
    }

    @AfterAll
    void stop() {
      server.close();
    }

    private HttpResponse<byte[]> post(Browser browser, String path, String key, String json) {
      return browser.send(browser.request("POST", path, json).header("Idempotency-Key", key));
    }

    private int keys(Browser browser) {
      return TestServer.json(expect(200, browser.get("/api/v1/api-keys"))).get("items").size();
    }

    @Test
    void p14_the_same_again_is_answered_as_before_and_another_body_is_refused() {
      Browser browser = Browser.signedIn(server);
      String key = UUID.randomUUID().toString();
      HttpResponse<byte[]> first = expect(201, post(browser, "/api/v1/api-keys", key, WANTED));

      HttpResponse<byte[]> again = expect(201, post(browser, "/api/v1/api-keys", key, WANTED));

      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.headers().firstValue("Location"))
          .isEqualTo(first.headers().firstValue("Location"));
      assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
      assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
      assertThat(keys(browser)).isEqualTo(1);
      HttpResponse<byte[]> other =
          post(browser, "/api/v1/api-keys", key, WANTED.replace("ci", "cd"));
      assertThat(code(expect(422, other))).isEqualTo("idempotency.other-request");
      HttpResponse<byte[]> elsewhere =
          post(browser, "/api/v1/account/email-changes", key, "{\"email\":\"a@b.test\"}");
      assertThat(code(expect(422, elsewhere))).isEqualTo("idempotency.other-request");
      assertThat(keys(browser)).isEqualTo(1);
    }

    @Test
    void p14_the_same_key_of_somebody_else_is_another_key() {
      Browser one = Browser.signedIn(server);
      Browser other = Browser.signedIn(server);
      HttpResponse<byte[]> ones = expect(201, post(one, "/api/v1/api-keys", "k", WANTED));
      HttpResponse<byte[]> others = expect(201, post(other, "/api/v1/api-keys", "k", WANTED));

      assertThat(others.body()).isNotEqualTo(ones.body());
      assertThat(keys(one)).isEqualTo(1);
      assertThat(keys(other)).isEqualTo(1);
    }

    @Test
    void p13_of_many_at_once_one_is_carried_out() throws Exception {
      Browser browser = Browser.signedIn(server);
      String key = UUID.randomUUID().toString();
      CountDownLatch start = new CountDownLatch(1);
      List<HttpResponse<byte[]>> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<HttpResponse<byte[]>>> all =
            IntStream.range(0, 10)
                .mapToObj(
                    number ->
                        threads.submit(
                            () -> {
                              start.await();
                              return post(browser, "/api/v1/api-keys", key, WANTED);
                            }))
                .toList();
        start.countDown();
        for (Future<HttpResponse<byte[]>> one : all) {
          answers.add(one.get());
        }
      }

      assertThat(answers).extracting(HttpResponse::statusCode).contains(201).isSubsetOf(201, 409);
      assertThat(
              answers.stream()
                  .filter(answer -> answer.statusCode() == 201)
                  .map(TestServer::text)
                  .distinct())
          .hasSize(1);
      assertThat(
              answers.stream()
                  .filter(answer -> answer.statusCode() == 409)
                  .map(IdempotencyTest::code)
                  .distinct())
          .allMatch("idempotency.under-way"::equals);
      assertThat(keys(browser)).isEqualTo(1);
    }

    /** The moment between the two, of a process that dies there or a disk that is full. */
    @Test
    void p14_what_is_done_and_its_kept_answer_are_there_together_or_not_at_all() {
      Browser browser = Browser.signedIn(server);
      String key = UUID.randomUUID().toString();
      Database database = database(server);
      // Answers of other tests are in the way of the constraint, and no longer needed.
      database.sql("DELETE FROM idempotent_requests").update();
      database
          .sql("ALTER TABLE idempotent_requests ADD CONSTRAINT full_disk CHECK (status IS NULL)")
          .update();
      try {
        expect(500, post(browser, "/api/v1/api-keys", key, WANTED));
        assertThat(keys(browser)).isZero();
      } finally {
        database.sql("ALTER TABLE idempotent_requests DROP CONSTRAINT full_disk").update();
      }

      HttpResponse<byte[]> second = expect(201, post(browser, "/api/v1/api-keys", key, WANTED));
      HttpResponse<byte[]> third = expect(201, post(browser, "/api/v1/api-keys", key, WANTED));

      assertThat(third.body()).isEqualTo(second.body());
      assertThat(keys(browser)).isEqualTo(1);
    }

    @Test
    void a_refusal_that_will_not_change_is_kept_and_one_that_may_change_is_not() {
      Browser browser = Browser.signedIn(server);
      String bad = "{\"name\":\"ci\",\"scopes\":[\"root\"]}";
      HttpResponse<byte[]> refused = expect(422, post(browser, "/api/v1/api-keys", "r1", bad));
      assertThat(post(browser, "/api/v1/api-keys", "r1", bad).body()).isEqualTo(refused.body());

      server.pass(Duration.ofMinutes(11));
      expect(403, post(browser, "/api/v1/api-keys", "r2", WANTED));
      browser.stepUp();
      expect(201, post(browser, "/api/v1/api-keys", "r2", WANTED));
    }

    @Test
    void a_key_is_forgotten_after_thirty_days() {
      Browser browser = Browser.signedIn(server);
      expect(201, post(browser, "/api/v1/api-keys", "old", WANTED));
      server.pass(Duration.ofDays(30).plusSeconds(1));
      expect(201, browser.signIn(Browser.PASSWORD));
      expect(201, post(browser, "/api/v1/api-keys", "old", WANTED));
      assertThat(keys(browser)).isEqualTo(2);
    }

    @Test
    void a_visitor_who_registers_twice_gets_one_mail() {
      Browser visitor = Browser.visiting(server);
      String body =
          "{\"email\":\""
              + visitor.email()
              + "\",\"name\":\"E\",\"password\":\""
              + Browser.PASSWORD
              + "\",\"oldEnough\":true}";
      expect(202, post(visitor, "/api/v1/registrations", visitor.email(), body));
      expect(202, post(visitor, "/api/v1/registrations", visitor.email(), body));
      server.mails().take(AccountMail.ProveAddress.class, visitor.email());

      // Mails about one account are sent in order: when this one is there, so is a second one.
      expect(
          202, visitor.post("/api/v1/password-resets", "{\"email\":\"" + visitor.email() + "\"}"));
      server.mails().take(AccountMail.ResetPassword.class, visitor.email());
      assertThat(server.mails().has(AccountMail.ProveAddress.class, visitor.email())).isFalse();
    }

    @Test
    void a_file_that_is_sent_twice_is_one_model() {
      byte[] cube = StlFiles.cube(20);
      HttpResponse<byte[]> first = expect(201, upload("cube", cube));
      HttpResponse<byte[]> again = expect(201, upload("cube", cube));
      assertThat(again.body()).isEqualTo(first.body());

      assertThat(code(expect(422, upload("cube", StlFiles.cube(21)))))
          .isEqualTo("idempotency.other-request");
      HttpResponse<byte[]> broken = expect(422, upload("empty", new byte[0]));
      assertThat(upload("empty", new byte[0]).body()).isEqualTo(broken.body());
    }

    private HttpResponse<byte[]> upload(String key, byte[] file) {
      return server.send(
          HttpRequest.newBuilder(server.uri("/api/v1/models?name=a.stl"))
              .header("Idempotency-Key", key)
              .POST(BodyPublishers.ofByteArray(file))
              .build());
    }

    @Test
    void what_can_be_no_key_is_refused() {
      Browser browser = Browser.signedIn(server);
      for (String wrong : List.of("with space", "x".repeat(256), "a\tb")) {
        assertThat(code(expect(400, post(browser, "/api/v1/api-keys", wrong, WANTED))))
            .isEqualTo("idempotency.bad-key");
      }
      expect(201, post(browser, "/api/v1/api-keys", "x".repeat(255), WANTED));
      assertThat(keys(browser)).isEqualTo(1);
    }
  }

  private static String code(HttpResponse<byte[]> problem) {
    return TestServer.json(problem).get("code").textValue();
  }
}
