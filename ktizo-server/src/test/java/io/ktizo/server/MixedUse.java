package io.ktizo.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What people do on a marketplace, in fixed shares: they look at Shops, come back to models and
 * quotes, open pages that ask who they are, change something, and now and then send a model and ask
 * what it costs, each model in several quantities. Each connection is another person, who changes
 * only what he has read.
 */
final class MixedUse {
  /** Which part of a thousand requests is what. */
  private enum Use {
    SHOPS("Shops", 250),
    QUOTE("a quote", 200),
    MODEL("a model", 150),
    PICTURE("picture of a model", 50),
    SESSION("who is signed in", 120),
    ACCOUNT("the account", 100),
    PRICE_LISTS("a Shop's price lists", 80),
    RENAME("change with If-Match", 40),
    ASK("a new quote", 8),
    SEND("a new model", 2);

    private final String text;
    private final int share;

    Use(String text, int share) {
      this.text = text;
      this.share = share;
    }
  }

  private static final List<Use> ORDER = order();

  private final int port;
  private final Place place;
  private volatile String model;
  private volatile String quote;

  /**
   * What there is to look at.
   *
   * @param model id of a model
   * @param quote id of a quote
   * @param shop id of a Shop
   * @param keeper cookie of somebody who works there
   * @param people cookies of customers
   */
  record Place(String model, String quote, String shop, String keeper, List<String> people) {
    Place {
      people = List.copyOf(people);
    }
  }

  MixedUse(int port, Place place) {
    this.port = port;
    this.place = place;
    this.model = "/api/v1/models/" + place.model();
    this.quote = "/api/v1/quotes/" + place.quote();
  }

  /** The same order in each run. */
  private static List<Use> order() {
    List<Use> order = new ArrayList<>();
    for (Use use : Use.values()) {
      order.addAll(Collections.nCopies(use.share, use));
    }
    Collections.shuffle(order, new Random(7));
    return List.copyOf(order);
  }

  /** Names of all kinds, as they stand in results. */
  static List<String> kinds() {
    return List.of(Use.values()).stream().map(use -> use.text).toList();
  }

  /** Another person for each number. */
  FixedSchedule.Visitor visitor(long number) {
    return new Person(place.people().get((int) (number % place.people().size())));
  }

  private final class Person implements FixedSchedule.Visitor {
    private final String cookie;
    private @Nullable String tag;

    Person(String cookie) {
      this.cookie = cookie;
    }

    @Override
    public FixedSchedule.Script next(long number) {
      Use use = ORDER.get((int) (number % ORDER.size()));
      String seen = tag;
      // Nobody changes what he has not read.
      Use done = use == Use.RENAME && seen == null ? Use.ACCOUNT : use;
      byte[] bytes =
          switch (done) {
            case SHOPS -> get("/api/v1/shops", "");
            case QUOTE -> get(quote, "");
            case MODEL -> get(model, "");
            case PICTURE -> get(model + "/thumbnail", "");
            case SESSION -> get("/api/v1/session", cookie);
            case ACCOUNT -> get("/api/v1/account", cookie);
            case PRICE_LISTS ->
                get("/api/v1/shops/" + place.shop() + "/price-lists", place.keeper());
            case RENAME ->
                json(
                    "PATCH",
                    "/api/v1/account",
                    cookie(cookie)
                        + "Origin: http://127.0.0.1:"
                        + port
                        + "\r\nIf-Match: "
                        + seen
                        + "\r\n",
                    "{\"name\":\"Person " + number + "\"}");
            case ASK ->
                json(
                    "POST",
                    "/api/v1/quotes",
                    "",
                    "{\"model\":\""
                        + model.substring(model.lastIndexOf('/') + 1)
                        + "\",\"quantity\":"
                        + (1 + number % 50)
                        + "}");
            case SEND ->
                FixedSchedule.request(
                    port,
                    "POST",
                    "/api/v1/models?name=box.stl",
                    "",
                    "model/stl",
                    // No two alike, so that none is known from before.
                    StlFiles.box(20 + number % 997 / 100.0, 15 + number % 991 / 100.0, 12));
          };
      return new FixedSchedule.Script() {
        @Override
        public String kind() {
          return done.text;
        }

        @Override
        public byte[] bytes() {
          return bytes;
        }

        @Override
        public void answered(int status, @Nullable String given, @Nullable String location) {
          if (done == Use.ACCOUNT || done == Use.RENAME) {
            tag = status == 200 ? given : null;
          }
          if (location != null && done == Use.ASK) {
            quote = location;
          }
          if (location != null && done == Use.SEND) {
            model = location;
          }
        }
      };
    }

    private byte[] get(String path, String as) {
      return FixedSchedule.request(
          port, "GET", path, as.isEmpty() ? "" : cookie(as), "", new byte[0]);
    }

    private byte[] json(String method, String path, String headers, String body) {
      return FixedSchedule.request(
          port, method, path, headers, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static String cookie(String cookie) {
      return "Cookie: " + cookie + "\r\n";
    }
  }
}
