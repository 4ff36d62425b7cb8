package io.ktizo.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.account.AesSecretBox;
import io.ktizo.core.account.Token;
import io.ktizo.core.sql.CommitUnknownException;
import io.ktizo.server.store.StoredAnswers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Requests that may be sent again: with the same {@code Idempotency-Key} a request is carried out
 * once, and whoever sends it again gets the answer of the first time, for 30 days.
 *
 * <p>Keys of different callers are different; who is not signed in is told apart by his network
 * address. The database learns neither key nor answer: the key is hashed, and the answer sealed
 * under a key made from it, since it may hold what is shown but once.
 */
public final class Repeats {
  static final String HEADER = "Idempotency-Key";

  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  /** Longer than any answer to JSON takes. */
  private static final Duration LEASE = Duration.ofMinutes(2);

  /** Longer than the slowest upload that is let through. */
  private static final Duration UPLOAD_LEASE = Duration.ofHours(5);

  /** Refusals that depend on the request alone; all others may be different the next time. */
  private static final Set<Integer> FINAL_REFUSALS = Set.of(404, 409, 410, 415, 422);

  private final StoredAnswers answers;
  private final SecretKeySpec key;
  private final RandomGenerator random;
  private final InstantSource clock;

  /**
   * Repeats over a store.
   *
   * @param key 32 bytes, used for nothing else
   * @param random for sealing; a {@link java.security.SecureRandom} in production
   */
  public Repeats(StoredAnswers answers, byte[] key, RandomGenerator random, InstantSource clock) {
    this.answers = answers;
    this.key = new SecretKeySpec(key, "HmacSHA256");
    this.random = random;
    this.clock = clock;
  }

  /** What is done the first time. */
  interface Work {
    Answer carryOut() throws IOException;
  }

  /**
   * Carries a request out, or answers it as before.
   *
   * @throws ProblemException if the key cannot be one, is at work at the moment, or belongs to
   *     another request
   */
  Answer answer(Call call, Work work) throws IOException {
    Optional<String> sent = call.headerIfSent(HEADER);
    if (sent.isEmpty()) {
      return work.carryOut();
    }
    if (!KEY.matcher(sent.get()).matches()) {
      throw new ProblemException(
          Problem.of(
              400,
              "idempotency.bad-key",
              "The Idempotency-Key cannot be one.",
              "It has 1 to 255 visible ASCII characters, best a UUID."));
    }
    boolean upload = call.route().repeat() == Route.Repeat.BY_STREAM;
    if (!upload) {
      call.readAhead();
    }
    Token.Hash caller = hmac("caller " + caller(call));
    StoredAnswers.Request request =
        new StoredAnswers.Request(
            caller, hmac("key " + sent.get()), call.route().method() + " " + call.route().path());
    Seal seal = new Seal(sealing(sent.get()), context(caller, request.route()));
    return switch (answers.begin(request, clock.instant(), upload ? UPLOAD_LEASE : LEASE)) {
      case StoredAnswers.Known.New mine -> first(call, work, request, mine.owner(), seal);
      case StoredAnswers.Known.UnderWay atWork -> throw new ProblemException(underWay());
      case StoredAnswers.Known.Answered before -> {
        if (!before.sameRoute() || !call.bodyHash().equals(before.bodyHash())) {
          throw new ProblemException(
              Problem.of(
                  422,
                  "idempotency.other-request",
                  "The Idempotency-Key belongs to another request.",
                  "Take a new key for a new request."));
        }
        yield seal.open(before.status(), before.answer()).with("Idempotency-Replayed", "true");
      }
    };
  }

  private Answer first(Call call, Work work, StoredAnswers.Request request, UUID owner, Seal seal)
      throws IOException {
    try {
      Carried carried =
          call.route().repeat() == Route.Repeat.AS_ONE
              ? answers.asOne(() -> carryOut(call, work, request, owner, seal))
              : carryOut(call, work, request, owner, seal);
      if (!carried.kept()) {
        answers.giveUp(request, owner);
      }
      return carried.answer();
    } catch (CommitUnknownException unknown) {
      if (call.route().repeat() != Route.Repeat.AS_ONE) {
        // It may have been done: never a second time by itself.
        keep(call, request, owner, seal, Problem.internal().answer(call.requestId()));
      }
      // Else what was done has its answer beside it: whoever asks again gets it, or does it anew.
      throw unknown;
    } catch (IOException | RuntimeException | Error e) {
      answers.giveUp(request, owner);
      throw e;
    }
  }

  /**
   * What was answered.
   *
   * @param kept whether the next one gets the same
   */
  private record Carried(Answer answer, boolean kept) {}

  private Carried carryOut(
      Call call, Work work, StoredAnswers.Request request, UUID owner, Seal seal)
      throws IOException {
    Answer answer;
    boolean isFinal;
    try {
      answer = work.carryOut();
      isFinal = true;
    } catch (ProblemException refused) {
      answer = refused.problem().answer(call.requestId());
      isFinal = FINAL_REFUSALS.contains(refused.problem().status());
    }
    boolean kept = isFinal && call.isWholeBodyRead();
    if (kept) {
      keep(call, request, owner, seal, answer);
    }
    return new Carried(answer, kept);
  }

  private void keep(Call call, StoredAnswers.Request request, UUID owner, Seal seal, Answer answer)
      throws IOException {
    boolean stillOurs =
        answers.keep(request, owner, call.bodyHash(), answer.status(), seal.close(answer));
    if (!stillOurs && call.route().repeat() == Route.Repeat.AS_ONE) {
      // Somebody took over: what was done here is undone, and his is what counts.
      throw new ProblemException(underWay());
    }
  }

  private static Problem underWay() {
    return Problem.conflict(
            "idempotency.under-way",
            "A request with this Idempotency-Key is being carried out.",
            "Send it again in a moment for its answer.")
        .with("Retry-After", "1");
  }

  private static String context(Token.Hash caller, String route) {
    return Base64.getEncoder().encodeToString(caller.bytes()) + " " + route;
  }

  private static String caller(Call call) {
    return call.caller() instanceof Caller.Visitor
        ? "visitor " + call.clientAddress()
        : call.account().toString();
  }

  private Token.Hash hmac(String text) {
    return new Token.Hash(tag(text));
  }

  private AesSecretBox sealing(String idempotencyKey) {
    return new AesSecretBox(tag("seal " + idempotencyKey), random);
  }

  private byte[] tag(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has HmacSHA256", e);
    }
  }

  /** Answers as they are kept. */
  private record Seal(AesSecretBox box, String context) {
    String close(Answer answer) {
      if (!(answer.content() instanceof Answer.Content.Bytes content)) {
        throw new IllegalStateException("only answers that are at hand can be kept");
      }
      ObjectNode node = Wire.object();
      node.put("mediaType", answer.mediaType());
      ObjectNode headers = node.putObject("headers");
      answer.headers().forEach(headers::put);
      node.put("content", content.bytes());
      return Base64.getEncoder().encodeToString(box.seal(Wire.bytes(node), context));
    }

    Answer open(int status, String sealed) {
      try {
        JsonNode node = Wire.tree(box.open(Base64.getDecoder().decode(sealed), context));
        Answer answer =
            Answer.of(status, node.get("mediaType").textValue(), node.get("content").binaryValue());
        for (var header : node.get("headers").properties()) {
          answer = answer.with(header.getKey(), header.getValue().textValue());
        }
        return answer;
      } catch (IOException e) {
        throw new UncheckedIOException("a kept answer cannot be read", e);
      }
    }
  }
}
