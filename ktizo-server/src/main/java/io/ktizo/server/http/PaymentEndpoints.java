package io.ktizo.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.ShopRole;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Answer.Done;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.RefundRequest;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Account.Kind;
import io.ktizo.payments.paying.Inbox;
import io.ktizo.payments.paying.InboxBusyException;
import io.ktizo.payments.paying.PassingOn;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.RefundApproval;
import io.ktizo.payments.statement.SellerYear;
import io.ktizo.payments.statement.Statement;
import io.ktizo.payments.statement.StatementCsv;
import io.ktizo.payments.statement.StatementPdf;
import io.ktizo.payments.statement.Statements;
import io.ktizo.payments.store.PaymentsStore;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.joda.money.CurrencyUnit;
import org.joda.money.IllegalCurrencyException;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Money over HTTP: what the provider tells, what Shops see and decide of their earnings, and
 * refunds. Customers pay with the provider; nothing of a card comes this way.
 */
public final class PaymentEndpoints {
  private static final System.Logger LOG = System.getLogger(PaymentEndpoints.class.getName());

  /** The provider's messages are some kilobytes; nothing that he sends comes near. */
  static final int MOST_MESSAGE_BYTES = 2 << 20;

  private static final int MOST_REQUESTS = 200;

  private final Uses uses;
  private final ShopStaff staff;
  private final URI returnTo;

  /**
   * What the endpoints call.
   *
   * @param store the books
   * @param paying takes, gives back and passes on
   * @param passingOn knows the terms of payees
   * @param approval guards refunds
   * @param inbox takes the provider's messages
   * @param statements makes statements
   * @param signatureHeader in which the provider signs his messages
   */
  public record Uses(
      PaymentsStore store,
      Paying paying,
      PassingOn passingOn,
      RefundApproval approval,
      Inbox inbox,
      Statements statements,
      String signatureHeader) {}

  /**
   * Over these use cases.
   *
   * @param returnTo where a Shop comes back to from the provider's page
   */
  public PaymentEndpoints(Uses uses, ShopStaff staff, URI returnTo) {
    this.uses = uses;
    this.staff = staff;
    this.returnTo = returnTo;
  }

  /** The routes. */
  public List<Route> routes() {
    Access see = Access.to(Action.SEE_PAYOUTS);
    Access change = Access.to(Action.CHANGE_PAYOUT_ACCOUNT);
    Access refund = Access.to(Action.REFUND);
    return List.of(
        Route.post("/api/v1/webhooks/payments", Access.everybody(), this::receive).neverRepeated(),
        Route.get("/api/v1/shops/{shop}/payout-account", see, this::account),
        Route.post("/api/v1/shops/{shop}/payout-account", change, this::openAccount),
        Route.post("/api/v1/shops/{shop}/payout-account/page", change, this::page).neverRepeated(),
        Route.put("/api/v1/shops/{shop}/payout-terms", change, this::agree),
        Route.get("/api/v1/shops/{shop}/balances", see, this::balances),
        Route.get("/api/v1/shops/{shop}/payouts", see, this::payouts),
        Route.post("/api/v1/shops/{shop}/payouts", change, this::payOut),
        Route.get("/api/v1/shops/{shop}/statement", see, this::statement),
        Route.get("/api/v1/shops/{shop}/years/{year}", see, this::year),
        Route.post("/api/v1/payables/{payable}/refunds", refund, this::requestRefund),
        Route.put("/api/v1/payables/{payable}/refunds/{refund}", refund, this::decideRefund),
        Route.get("/api/v1/refund-requests", Access.to(Action.SEE_PARKED_EVENTS), this::undecided));
  }

  // ---- the provider's messages

  /** Answers 200 once the message is kept; whoever signed nothing is told no more than 400. */
  private Answer receive(Call call) throws IOException {
    ServerRequest request = call.request();
    if (Wire.contentLength(request) > MOST_MESSAGE_BYTES) {
      throw new ProblemException(Wire.tooLarge(MOST_MESSAGE_BYTES));
    }
    byte[] body = request.content().inputStream().readNBytes(MOST_MESSAGE_BYTES);
    String signature =
        request.headers().first(HeaderNames.create(uses.signatureHeader())).orElse(null);
    try {
      uses.inbox().receive(body, signature);
      return Answer.nothing(200);
    } catch (InboxBusyException e) {
      throw new ProblemException(Problem.busy(5));
    } catch (WebhookRefusedException e) {
      LOG.log(
          Level.WARNING,
          "a message of the payment provider from {0} was refused: {1}",
          call.clientAddress(),
          e.reason());
      throw new ProblemException(
          Problem.of(400, "webhook.refused", "This is no message of the payment provider.", ""));
    }
  }

  // ---- a Shop's account with the provider

  /** The Shop in the path, if the caller may do this to it. */
  private PayeeId shop(Call call, Action action) {
    PayeeId shop = named(call.path("shop"));
    call.require(action, Standing.inShop(roles(call, shop)));
    AccountId owner =
        staff.owner(shop).orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
    call.recordLook(owner, "payouts", shop.value());
    return shop;
  }

  private static PayeeId named(String shop) {
    try {
      return new PayeeId(shop);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.noSuchThing());
    }
  }

  private Collection<ShopRole> roles(Call call, PayeeId shop) {
    return call.caller() instanceof Caller.Visitor ? List.of() : staff.roles(shop, call.account());
  }

  /**
   * A Shop's account.
   *
   * @param standing NONE before it was opened
   */
  record PayoutAccount(String standing, List<String> requirements) {}

  private Answer account(Call call) {
    return shown(uses.paying().payee(shop(call, Action.SEE_PAYOUTS)));
  }

  private static Answer shown(Optional<Payee> payee) {
    return Answer.json(
        200,
        payee
            .map(known -> new PayoutAccount(known.standing().name(), known.requirements()))
            .orElseGet(() -> new PayoutAccount("NONE", List.of())));
  }

  /** Where a Shop's business is. */
  record NewAccount(@Pattern(regexp = "[A-Z]{2}") String country) {}

  private Answer openAccount(Call call) throws IOException {
    PayeeId shop = shop(call, Action.CHANGE_PAYOUT_ACCOUNT);
    NewAccount wanted = call.body(NewAccount.class);
    Operation opened = asked(() -> uses.paying().onboard(shop, wanted.country()));
    if (opened.state() != Operation.State.SUCCESS) {
      throw new ProblemException(failed(opened));
    }
    return shown(uses.paying().payee(shop));
  }

  /** The provider's page, for one use within minutes. */
  record ProviderPage(String url) {}

  private Answer page(Call call) {
    PayeeId shop = shop(call, Action.CHANGE_PAYOUT_ACCOUNT);
    var page = asked(() -> uses.paying().onboardingPage(shop, returnTo, returnTo));
    if (page instanceof Done<URI>(URI url)) {
      return Answer.json(200, new ProviderPage(url.toString()));
    }
    throw new ProblemException(Problem.busy(30));
  }

  // ---- terms, balances, payouts

  /**
   * When a Shop wants its money.
   *
   * @param schedule daily, weekly:FRIDAY, monthly:1 or manual
   * @param least less than this is not sent
   */
  record Terms(
      @Pattern(regexp = "[A-Z]{3}") String currency,
      @Size(max = 20) String schedule,
      @Pattern(regexp = AMOUNT) String least) {}

  private static final String AMOUNT = "[0-9]{1,8}(\\.[0-9]{1,3})?";

  private Answer agree(Call call) throws IOException {
    PayeeId shop = shop(call, Action.CHANGE_PAYOUT_ACCOUNT);
    Terms wanted = call.body(Terms.class);
    CurrencyUnit currency = currency(wanted.currency(), "/currency");
    PayoutSchedule schedule;
    try {
      schedule = PayoutSchedule.parse(wanted.schedule());
    } catch (IllegalArgumentException e) {
      throw invalid(
          "/schedule", "bad-format", "This must be daily, weekly:FRIDAY, monthly:1 or manual.");
    }
    // How long complaints may come is the platform's to say.
    PayoutTerms now = uses.passingOn().terms(shop, currency);
    PayoutTerms agreed =
        new PayoutTerms(schedule, now.hold(), amount(currency, wanted.least(), "/least"));
    uses.passingOn().agree(shop, agreed);
    return Answer.json(200, shown(agreed));
  }

  private static Terms shown(PayoutTerms terms) {
    return new Terms(terms.currency().getCode(), terms.schedule().toString(), text(terms.least()));
  }

  /**
   * What a Shop is owed.
   *
   * @param owed in all; below zero it owes
   * @param inAccount what of it was passed on to its balance at the provider
   */
  record Balance(String currency, String owed, String inAccount, Terms terms, int holdDays) {}

  /** One for each currency in which the Shop has an account. */
  record Balances(List<Balance> items) {}

  private Answer balances(Call call) {
    PayeeId shop = shop(call, Action.SEE_PAYOUTS);
    List<Balance> items = new ArrayList<>();
    for (CurrencyUnit currency : uses.statements().currencies(shop)) {
      PayoutTerms terms = uses.passingOn().terms(shop, currency);
      items.add(
          new Balance(
              currency.getCode(),
              text(balance(Kind.PAYEE_PAYABLE, shop, currency)),
              text(balance(Kind.PAYEE_CASH, shop, currency)),
              shown(terms),
              (int) terms.hold().toDays()));
    }
    return Answer.json(200, new Balances(items));
  }

  private Money balance(Kind kind, PayeeId shop, CurrencyUnit currency) {
    return uses.store()
        .inTransaction(tables -> tables.journal().balance(Account.of(kind, shop, currency)));
  }

  /**
   * One payout.
   *
   * @param code why it failed; absent if it did not
   */
  record Payout(
      String currency, String amount, String state, Instant asked, @Nullable String code) {
    static Payout of(Operation payout) {
      Money amount = payout.amount();
      if (amount == null) {
        throw new IllegalStateException("a payout has an amount");
      }
      return new Payout(
          amount.getCurrencyUnit().getCode(),
          text(amount),
          payout.state().name(),
          payout.createdAt(),
          payout.code());
    }
  }

  /** Payouts, the newest first. */
  record Payouts(List<Payout> items) {}

  private Answer payouts(Call call) {
    PayeeId shop = shop(call, Action.SEE_PAYOUTS);
    CurrencyUnit currency = currency(call.query("currency").orElse("EUR"), "?currency");
    List<Operation> all = uses.paying().payouts(shop, currency);
    return Answer.json(
        200, new Payouts(all.reversed().stream().limit(MOST_REQUESTS).map(Payout::of).toList()));
  }

  /** In which currency. */
  record NewPayout(@Pattern(regexp = "[A-Z]{3}") String currency) {}

  private Answer payOut(Call call) throws IOException {
    PayeeId shop = shop(call, Action.CHANGE_PAYOUT_ACCOUNT);
    CurrencyUnit currency = currency(call.body(NewPayout.class).currency(), "/currency");
    Money least = Money.ofMinor(currency, 1);
    return Answer.json(200, Payout.of(asked(() -> uses.paying().payout(shop, least))));
  }

  // ---- statements

  private Answer statement(Call call) throws IOException {
    PayeeId shop = shop(call, Action.SEE_PAYOUTS);
    CurrencyUnit currency = currency(call.query("currency").orElse("EUR"), "?currency");
    LocalDate today = LocalDate.ofInstant(call.now(), ZoneOffset.UTC);
    Instant from = day(call, "from", today.withDayOfMonth(1).minusMonths(1));
    Instant to = day(call, "to", today.withDayOfMonth(1));
    if (!from.isBefore(to) || to.isAfter(call.now())) {
      throw invalid("?to", "out-of-range", "This must be after from, and not in the future.");
    }
    Statement statement = uses.statements().of(shop, currency, from, to);
    String name = "statement-" + shop + "-" + LocalDate.ofInstant(from, ZoneOffset.UTC);
    return switch (call.query("form").orElse("json")) {
      case "json" -> Answer.json(200, ShownStatement.of(statement));
      case "csv" -> {
        StringBuilder csv = new StringBuilder();
        StatementCsv.write(statement, csv);
        yield file(
            "text/csv; charset=utf-8",
            name + ".csv",
            csv.toString().getBytes(StandardCharsets.UTF_8));
      }
      case "pdf" -> {
        ByteArrayOutputStream pdf = new ByteArrayOutputStream();
        StatementPdf.write(statement, List.of("KTIZO"), ZoneOffset.UTC, pdf);
        yield file("application/pdf", name + ".pdf", pdf.toByteArray());
      }
      default -> throw invalid("?form", "unknown-value", "This must be json, csv or pdf.");
    };
  }

  private static Answer file(String type, String name, byte[] bytes) {
    return Answer.of(200, type, bytes)
        .with("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }

  /** A statement on the wire; see {@link Statement}. */
  record ShownStatement(
      String shop,
      String currency,
      Instant from,
      Instant to,
      String opening,
      List<ShownLine> lines,
      String closing) {
    static ShownStatement of(Statement statement) {
      return new ShownStatement(
          statement.payee().value(),
          statement.currency().getCode(),
          statement.from(),
          statement.to(),
          text(statement.opening()),
          statement.lines().stream().map(ShownLine::of).toList(),
          text(statement.closing()));
    }
  }

  /** One line of it. */
  record ShownLine(
      Instant booked,
      String kind,
      @Nullable String payable,
      String gross,
      String fee,
      String feeTax,
      String tax,
      String net) {
    static ShownLine of(Statement.Line line) {
      PayableId payable = line.payable();
      return new ShownLine(
          line.at(),
          line.kind().name(),
          payable == null ? null : payable.value(),
          text(line.gross()),
          text(line.fee()),
          text(line.feeTax()),
          text(line.tax()),
          text(line.net()));
    }
  }

  private Answer year(Call call) throws IOException {
    PayeeId shop = shop(call, Action.SEE_PAYOUTS);
    String wanted = call.path("year");
    int thisYear = LocalDate.ofInstant(call.now(), ZoneOffset.UTC).getYear();
    if (!wanted.matches("20[0-9]{2}") || Integer.parseInt(wanted) >= thisYear) {
      throw new ProblemException(Problem.noSuch("year"));
    }
    StringBuilder csv = new StringBuilder();
    SellerYear.of(uses.statements(), shop, Year.of(Integer.parseInt(wanted)), ZoneOffset.UTC)
        .writeCsv(csv);
    return file(
        "text/csv; charset=utf-8",
        "year-" + shop + "-" + wanted + ".csv",
        csv.toString().getBytes(StandardCharsets.UTF_8));
  }

  // ---- refunds

  /**
   * What to give back.
   *
   * @param refund the caller's name for it: the same again is the same refund
   */
  record NewRefund(
      @Pattern(regexp = "[A-Za-z0-9_-]{1,64}") String refund,
      @Pattern(regexp = "[A-Z]{3}") String currency,
      @Size(min = 1, max = 1_000) List<Part> lines) {}

  /** How much of which line. */
  record Part(
      @Pattern(regexp = "[A-Za-z0-9_-]{1,64}") String line,
      @Pattern(regexp = AMOUNT) String amount) {}

  /**
   * A refund as it stands.
   *
   * @param state REQUESTED waits for another person
   */
  record Refund(
      String payable,
      String refund,
      String currency,
      String amount,
      String state,
      String requestedBy,
      Instant requestedAt) {
    static Refund of(RefundRequest request) {
      return new Refund(
          request.payable().value(),
          request.refundId(),
          request.total().getCurrencyUnit().getCode(),
          text(request.total()),
          request.state().name(),
          request.requestedBy(),
          request.requestedAt());
    }
  }

  private Answer requestRefund(Call call) throws IOException {
    Payable payable = refundable(call);
    NewRefund wanted = call.body(NewRefund.class);
    CurrencyUnit currency = currency(wanted.currency(), "/currency");
    List<Portion> portions = new ArrayList<>();
    for (int i = 0; i < wanted.lines().size(); i++) {
      Part part = wanted.lines().get(i);
      portions.add(
          new Portion(part.line(), amount(currency, part.amount(), "/lines/" + i + "/amount")));
    }
    requireRefund(
        call, payable, portions.stream().map(Portion::lineId).collect(Collectors.toSet()));
    RefundRequest request =
        asked(
            () ->
                uses.approval()
                    .request(payable.id(), wanted.refund(), portions, call.account().toString()));
    return Answer.json(
        request.state() == RefundRequest.State.REQUESTED ? 202 : 200, Refund.of(request));
  }

  /**
   * The payable in the path, for somebody who may give back for any of its Shops. Asked before the
   * body is read: strangers learn nothing from what is wrong with it.
   */
  private Payable refundable(Call call) {
    Optional<Payable> payable = payable(call);
    Set<ShopRole> anywhere =
        payable.stream()
            .flatMap(known -> known.lines().stream())
            .map(Payable.Line::payee)
            .distinct()
            .flatMap(shop -> roles(call, shop).stream())
            .collect(Collectors.toSet());
    call.require(Action.REFUND, Standing.inShop(anywhere));
    return payable.orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private Optional<Payable> payable(Call call) {
    PayableId id;
    try {
      id = new PayableId(call.path("payable"));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return uses.store().inTransaction(tables -> tables.payable(id));
  }

  /** A Shop gives back of its own lines; staff of any, which is written down for each Shop. */
  private void requireRefund(Call call, Payable payable, Set<String> lines) {
    Set<PayeeId> shops =
        payable.lines().stream()
            .filter(line -> lines.contains(line.id()))
            .map(Payable.Line::payee)
            .collect(Collectors.toSet());
    Set<ShopRole> everywhere = Set.of(ShopRole.values());
    for (PayeeId shop : shops) {
      everywhere =
          everywhere.stream()
              .filter(Set.copyOf(roles(call, shop))::contains)
              .collect(Collectors.toSet());
    }
    call.require(Action.REFUND, Standing.inShop(shops.isEmpty() ? Set.of() : everywhere));
    for (PayeeId shop : shops) {
      staff.owner(shop).ifPresent(owner -> call.recordLook(owner, "refund", payable.id().value()));
    }
    if (shops.isEmpty()) {
      throw invalid("/lines", "unknown-value", "The payable has none of these lines.");
    }
  }

  /** What is decided about a request. */
  enum Verdict {
    APPROVED,
    REJECTED
  }

  /** A decision. */
  record Decision(Verdict state) {}

  private Answer decideRefund(Call call) throws IOException {
    Payable payable = refundable(call);
    String refund = call.path("refund");
    RefundRequest known =
        uses.store()
            .<Optional<RefundRequest>>inTransaction(
                tables -> tables.refundRequest(payable.id(), refund))
            .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
    requireRefund(
        call, payable, known.portions().stream().map(Portion::lineId).collect(Collectors.toSet()));
    String by = call.account().toString();
    Decision decision = call.body(Decision.class);
    RefundRequest decided =
        asked(
            () ->
                switch (decision.state()) {
                  case APPROVED -> uses.approval().approve(payable.id(), refund, by);
                  case REJECTED -> uses.approval().reject(payable.id(), refund, by);
                });
    return Answer.json(200, Refund.of(decided));
  }

  /** What waits for another person, the oldest first. */
  record Undecided(List<Refund> items) {}

  private Answer undecided(Call call) {
    call.require(Action.SEE_PARKED_EVENTS, Standing.anybody());
    return Answer.json(
        200,
        new Undecided(uses.approval().waiting(MOST_REQUESTS).stream().map(Refund::of).toList()));
  }

  // ---- small things

  @FunctionalInterface
  private interface Ask<T> {
    T ask();
  }

  /** What the rules of payments do not allow is told by its reason. */
  private static <T> T asked(Ask<T> ask) {
    try {
      return ask.ask();
    } catch (PaymentRefusedException e) {
      throw new ProblemException(
          switch (e.reason()) {
            case UNKNOWN_PAYABLE -> Problem.noSuchThing();
            case UNKNOWN_PAYEE -> Problem.noSuch("payout-account");
            case SAME_PERSON ->
                Problem.of(
                    403,
                    "payment.same-person",
                    "Another person must approve this.",
                    "You have asked for it yourself.");
            default ->
                Problem.conflict(
                    "payment." + word(e.reason().name()),
                    "The payment does not allow this as it stands.",
                    "");
          });
    } catch (RefundRefusedException e) {
      throw invalid("/lines", word(e.reason().name()), "This cannot be given back.");
    }
  }

  private static Problem failed(Operation operation) {
    return operation.state() == Operation.State.FAILED
        ? Problem.conflict(
            "payment.refused-by-provider",
            "The payment provider has refused this.",
            "Its code is " + operation.code() + ".")
        : Problem.busy(30);
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ProblemException invalid(String pointer, String code, String message) {
    return new ProblemException(
        Problem.invalid(List.of(new Problem.Field(pointer, code, message))));
  }

  private static CurrencyUnit currency(String code, String pointer) {
    try {
      return CurrencyUnit.of(code);
    } catch (IllegalCurrencyException e) {
      throw invalid(pointer, "unknown-value", "This must be a currency, such as EUR.");
    }
  }

  private static Money amount(CurrencyUnit currency, String digits, String pointer) {
    try {
      return Money.parse(currency.getCode() + " " + digits);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw invalid(pointer, "bad-format", "This has more digits than the currency.");
    }
  }

  private static Instant day(Call call, String name, LocalDate otherwise) {
    try {
      return call.query(name)
          .map(LocalDate::parse)
          .orElse(otherwise)
          .atStartOfDay(ZoneOffset.UTC)
          .toInstant();
    } catch (DateTimeException e) {
      throw invalid("?" + name, "bad-format", "This must be a date (RFC 3339).");
    }
  }

  private static String text(Money amount) {
    return amount.getAmount().toPlainString();
  }
}
