package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.shop.ShopMailing.InvitationMail;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who belongs to a Shop: inviting, coming in, other roles, leaving. */
class ShopStaffHttpTest {
  private static final AtomicInteger SHOPS = new AtomicInteger();

  @TempDir static Path data;
  private static TestServer server;
  private static Browser administrator;

  private Browser owner;
  private String shop;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    administrator = Browser.administrator(server);
  }

  @BeforeEach
  void open_a_shop() {
    owner = Browser.signedIn(server);
    shop = aShop(owner);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String aShop(Browser owner) {
    String slug = "staffed-" + SHOPS.incrementAndGet();
    return "/api/v1/shops/"
        + TestServer.json(
                expect(
                    201,
                    owner.post(
                        "/api/v1/shops",
                        "{\"slug\":\""
                            + slug
                            + "\",\"currency\":\"EUR\",\"name\":\"Schichtwerk\"}")))
            .get("id")
            .textValue();
  }

  private HttpResponse<byte[]> invite(String email, String role) {
    return owner.post(
        shop + "/invitations", "{\"email\":\"" + email + "\",\"role\":\"" + role + "\"}");
  }

  private String secretFor(Browser invited, String role) {
    expect(201, invite(invited.email(), role));
    return server.mails().take(InvitationMail.class, invited.email()).token().secret();
  }

  private static HttpResponse<byte[]> accept(Browser who, String secret) {
    return who.post("/api/v1/invitation-acceptances", Browser.token(secret));
  }

  private Browser joined(String role) {
    Browser member = Browser.signedIn(server);
    expect(200, accept(member, secretFor(member, role)));
    return member;
  }

  private static String tag(HttpResponse<byte[]> answer) {
    return expect(200, answer).headers().firstValue("ETag").orElseThrow();
  }

  private static HttpResponse<byte[]> change(
      Browser who, String method, String path, String body, String tag) {
    HttpRequest.Builder request =
        who.request(method, path, body.isEmpty() ? null : body).header("If-Match", tag);
    return who.send(request);
  }

  private HttpResponse<byte[]> changeRole(Browser by, Browser member, String role) {
    return change(
        by,
        "PUT",
        shop + "/members/" + member.accountId() + "/role",
        "{\"role\":\"" + role + "\"}",
        tag(owner.get(shop + "/members")));
  }

  private static String code(HttpResponse<byte[]> problem) {
    return TestServer.json(problem).get("code").textValue();
  }

  private static Stream<JsonNode> items(HttpResponse<byte[]> answer) {
    return TestServer.json(expect(200, answer)).get("items").valueStream();
  }

  private static List<String> all(HttpResponse<byte[]> answer, String member) {
    return items(answer).map(item -> item.path(member).asText()).toList();
  }

  @Test
  void who_is_invited_comes_in_by_the_letter_and_sees_the_shop() {
    Browser helper = Browser.signedIn(server);
    HttpResponse<byte[]> invited = expect(201, invite(helper.email(), "OPERATOR"));
    InvitationMail letter = server.mails().take(InvitationMail.class, helper.email());
    assertThat(TestServer.text(invited)).doesNotContain(letter.token().secret());
    assertThat(letter.shopName()).isEqualTo("Schichtwerk");
    assertThat(all(owner.get(shop + "/invitations"), "email")).containsExactly(helper.email());
    expect(404, helper.get(shop));

    JsonNode own = TestServer.json(expect(200, accept(helper, letter.token().secret())));
    assertThat(own.get("role").textValue()).isEqualTo("OPERATOR");
    assertThat("/api/v1/shops/" + own.get("id").textValue()).isEqualTo(shop);
    expect(200, helper.get(shop));
    assertThat(items(owner.get(shop + "/invitations"))).isEmpty();
    assertThat(all(helper.get(shop + "/members"), "role")).containsExactly("OWNER", "OPERATOR");
    assertThat(all(helper.get("/api/v1/account/shops"), "role")).containsExactly("OPERATOR");

    assertThat(all(owner.get(shop + "/members"), "email"))
        .containsExactly(owner.email(), helper.email());
    assertThat(all(helper.get(shop + "/members"), "email")).containsOnly("");
    expect(404, helper.get(shop + "/invitations"));
    expect(404, invite(helper, "x@mail.test"));
  }

  private HttpResponse<byte[]> invite(Browser by, String email) {
    return by.post(shop + "/invitations", "{\"email\":\"" + email + "\",\"role\":\"OWNER\"}");
  }

  @Test
  void an_invitation_that_is_no_good_is_answered_in_one_way_whatever_is_wrong_with_it() {
    Browser helper = Browser.signedIn(server);
    String secret = secretFor(helper, "FINANCE");
    Browser other = Browser.signedIn(server);
    HttpResponse<byte[]> foreign = expect(422, accept(other, secret));
    expect(200, accept(helper, secret));
    HttpResponse<byte[]> used = expect(422, accept(helper, secret));
    HttpResponse<byte[]> unknown = expect(422, accept(helper, "A".repeat(43)));

    Browser late = Browser.signedIn(server);
    String old = secretFor(late, "FINANCE");
    String withdrawn =
        TestServer.json(expect(201, invite(other.email(), "FINANCE"))).get("id").textValue();
    String takenBack = server.mails().take(InvitationMail.class, other.email()).token().secret();
    expect(204, owner.delete(shop + "/invitations/" + withdrawn));
    expect(404, owner.delete(shop + "/invitations/" + withdrawn));
    HttpResponse<byte[]> back = expect(422, accept(other, takenBack));
    server.pass(Duration.ofDays(7));
    expect(201, late.signIn(Browser.PASSWORD));
    HttpResponse<byte[]> expired = expect(422, accept(late, old));

    assertThat(code(foreign)).isEqualTo("token.unknown");
    assertThat(List.of(used, unknown, back, expired))
        .extracting(answer -> withoutRequest(answer))
        .containsOnly(withoutRequest(foreign));
    assertThat(code(expect(401, accept(Browser.visiting(server), secret))))
        .isEqualTo("session.required");
  }

  private static String withoutRequest(HttpResponse<byte[]> answer) {
    return TestServer.text(answer).replaceAll("request:[0-9a-f]{24}", "");
  }

  @Test
  void nobody_can_be_bothered_with_invitations() {
    String email = "bothered-" + SHOPS.incrementAndGet() + "@mail.test";
    expect(201, invite(email, "FINANCE"));
    HttpResponse<byte[]> again =
        expect(429, invite(email.replace("bothered", "BOTHERED"), "OPERATOR"));
    assertThat(Long.parseLong(again.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(3_500L, 3_600L);
    server.pass(Duration.ofHours(1));
    expect(201, owner.signIn(Browser.PASSWORD));
    expect(201, invite(email, "OPERATOR"));
    assertThat(all(owner.get(shop + "/invitations"), "role")).containsExactly("OPERATOR");

    for (String wrong :
        List.of("nobody", "a@b.test\\r\\nBcc: c@d.test", "a@b.test, c@d.test", "A <a@b.test>")) {
      HttpResponse<byte[]> refused = expect(422, invite(wrong, "OPERATOR"));
      assertThat(TestServer.json(refused).at("/errors/0/pointer").textValue()).isEqualTo("/email");
    }
  }

  @Test
  void roles_change_at_once_and_an_owner_always_stays() {
    Browser member = joined("FINANCE");
    assertThat(code(expect(409, changeRole(owner, owner, "FINANCE")))).isEqualTo("shop.last-owner");
    assertThat(
            code(
                expect(
                    409,
                    change(
                        owner,
                        "DELETE",
                        shop + "/members/" + owner.accountId(),
                        "",
                        tag(owner.get(shop + "/members"))))))
        .isEqualTo("shop.last-owner");
    assertThat(
            code(
                expect(
                    409,
                    change(
                        owner,
                        "DELETE",
                        shop.replace("/v1/", "/v1/account/"),
                        "",
                        tag(owner.get(shop))))))
        .isEqualTo("shop.last-owner");
    expect(404, member.put(shop + "/members/" + owner.accountId() + "/role", "{}"));

    HttpResponse<byte[]> changed = expect(200, changeRole(owner, member, "OWNER"));
    assertThat(changed.headers().firstValue("ETag")).contains(tag(owner.get(shop + "/members")));
    expect(200, member.get(shop + "/invitations"));
    // Both have read the Shop; the second comes too late.
    String read = tag(owner.get(shop + "/members"));
    String path = shop + "/members/";
    expect(200, change(member, "PUT", path + owner.accountId() + "/role", FINANCE, read));
    assertThat(
            change(owner, "PUT", path + member.accountId() + "/role", FINANCE, read).statusCode())
        .isEqualTo(404);
    assertThat(
            change(member, "PUT", path + owner.accountId() + "/role", FINANCE, read).statusCode())
        .isEqualTo(412);
    expect(428, member.put(path + owner.accountId() + "/role", FINANCE));
  }

  private static final String FINANCE = "{\"role\":\"FINANCE\"}";

  @Test
  void whoever_leaves_or_is_removed_is_a_stranger_from_then_on() {
    Browser leaving = joined("OPERATOR");
    Browser removed = joined("OPERATOR");
    String leave = shop.replace("/v1/", "/v1/account/");
    expect(428, leaving.delete(leave));
    expect(204, change(leaving, "DELETE", leave, "", tag(leaving.get(shop))));
    expect(404, leaving.get(shop));
    expect(404, change(leaving, "DELETE", leave, "", "*"));

    String path = shop + "/members/" + removed.accountId();
    expect(204, change(owner, "DELETE", path, "", tag(owner.get(shop + "/members"))));
    expect(404, removed.get(shop + "/members"));
    expect(404, change(owner, "DELETE", path, "", "*"));
    assertThat(all(owner.get(shop + "/members"), "role")).containsExactly("OWNER");
  }

  @Test
  void letting_people_in_and_out_takes_a_fresh_proof() {
    Browser member = joined("OPERATOR");
    server.pass(Duration.ofMinutes(11));
    assertThat(code(expect(403, invite("late@mail.test", "OWNER")))).isEqualTo("step-up.required");
    assertThat(code(expect(403, changeRole(owner, member, "OWNER")))).isEqualTo("step-up.required");
    assertThat(code(expect(403, member.delete(shop.replace("/v1/", "/v1/account/")))))
        .isEqualTo("step-up.required");
    owner.stepUp();
    expect(200, changeRole(owner, member, "FINANCE"));
  }

  @Test
  void staff_see_members_for_a_reason_and_each_of_them_can_see_that() {
    Browser member = joined("OPERATOR");
    // Time passes in other tests.
    expect(201, administrator.signIn(Browser.PASSWORD));
    administrator.stepUp();
    HttpRequest.Builder look = administrator.request("GET", shop + "/members", null);
    assertThat(code(expect(422, administrator.send(look)))).isEqualTo("staff.reason-required");
    HttpResponse<byte[]> seen = administrator.send(look.header("X-Ktizo-Reason", "ticket%204711"));
    assertThat(all(seen, "role")).containsExactly("OWNER", "OPERATOR");
    assertThat(all(seen, "email")).containsOnly("");
    for (Browser person : List.of(owner, member)) {
      assertThat(items(person.get("/api/v1/account/looks")))
          .anySatisfy(
              found -> {
                assertThat(found.get("what").textValue()).isEqualTo("shop-members");
                assertThat(found.get("reason").textValue()).isEqualTo("ticket 4711");
              });
    }
  }
}
