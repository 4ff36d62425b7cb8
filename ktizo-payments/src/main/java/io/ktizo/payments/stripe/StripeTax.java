package io.ktizo.payments.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.tax.Calculation;
import com.stripe.model.tax.CalculationLineItem;
import com.stripe.model.tax.CalculationLineItem.TaxBreakdown;
import com.stripe.model.tax.TransactionLineItem;
import com.stripe.param.tax.CalculationCreateParams;
import com.stripe.param.tax.CalculationCreateParams.CustomerDetails;
import com.stripe.param.tax.CalculationLineItemListParams;
import com.stripe.param.tax.TransactionCreateFromCalculationParams;
import com.stripe.param.tax.TransactionCreateReversalParams;
import com.stripe.param.tax.TransactionLineItemListParams;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Reason;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.TaxRecord;
import io.ktizo.payments.stripe.StripeAmounts.NotChargeableException;
import io.ktizo.payments.tax.TaxAnswer;
import io.ktizo.payments.tax.TaxAnswer.TaxedItem;
import io.ktizo.payments.tax.TaxCalculation;
import io.ktizo.payments.tax.TaxQuestion;
import io.ktizo.payments.tax.TaxQuestion.Item;
import io.ktizo.payments.tax.TaxQuestion.Prices;
import io.ktizo.payments.tax.TaxQuestion.Supply;
import io.ktizo.payments.tax.TaxRecords;
import io.ktizo.payments.tax.TaxTable;
import java.math.BigDecimal;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Stripe Tax: rates of the places where the platform is registered, and the records for its
 * returns. Sources: Stripe's guide "Calculate tax in your custom payment flow" and the reference of
 * {@code tax.calculation} and {@code tax.transaction}.
 *
 * <p>Where a sale is taxed follows from the registrations and the head office in Stripe's settings,
 * not from the question: a question about a seller elsewhere is answered {@link
 * TaxAnswer.UnknownCountry}, and {@link TaxQuestion.Seller#destination} is not read. Sellers who
 * charge no tax are answered without asking. Where the platform is not registered Stripe collects
 * nothing; that is the answer {@link TaxAnswer.Reason#OTHER} with a tax of zero.
 *
 * <p>Of the buyer Stripe is told the country, and the postal code in the United States and Canada,
 * where it decides; no name, address, e-mail or VAT number. That a business owes the tax itself was
 * verified by the host, and is told as such.
 *
 * <p>Time-outs, retries and keys as in {@link StripeGateway}. Safe for use by many threads.
 */
public final class StripeTax implements TaxCalculation, TaxRecords {
  private static final long PAGE = 100;

  /** Stripe's codes "General - Tangible Goods" and "General - Services". */
  private static final String GOODS = "txcd_99999999";

  private static final String SERVICES = "txcd_20030000";

  private static final Set<String> PLACE_DECIDES = Set.of("US", "CA");

  /** Stripe cannot tell: an untaxed sale would be a guess. */
  private static final Set<String> NO_ANSWER =
      Set.of("not_supported", "jurisdiction_unsupported", "not_available");

  private final StripeClient client;
  private final boolean live;
  private final String home;
  private final TaxTable countries = TaxTable.european();
  private final RandomGenerator random;

  /**
   * Asks Stripe Tax of one platform account.
   *
   * @param home country of the head office in Stripe's tax settings, ISO 3166-1 alpha-2
   * @param random makes up the keys of calculations: two equal sales are two calculations
   */
  public StripeTax(StripeSettings settings, String home, RandomGenerator random) {
    this.client = StripeCalls.client(settings);
    this.live = StripeCalls.live(settings);
    this.home = new TaxQuestion.Seller(home, true, true).country();
    this.random = random;
  }

  @Override
  public TaxAnswer calculate(TaxQuestion question) {
    if (!question.seller().country().equals(home)) {
      return new TaxAnswer.UnknownCountry(question.seller().country());
    }
    if (!question.seller().taxable()) {
      return new TaxAnswer.Taxed(question.items().stream().map(this::exempt).toList());
    }
    String country = question.buyer().country();
    if (PLACE_DECIDES.contains(country) && question.buyer().postalCode() == null) {
      return new TaxAnswer.UnknownPlace(country);
    }
    Answer<TaxAnswer> answer = StripeCalls.answer(() -> asked(question));
    return switch (answer) {
      case Answer.Done<TaxAnswer>(TaxAnswer taxed) -> taxed;
      case Answer.InDoubt<TaxAnswer> doubt -> new TaxAnswer.Unavailable();
      case Answer.Refused<TaxAnswer> refused ->
          switch (refused.code()) {
            case "customer_tax_location_invalid" ->
                PLACE_DECIDES.contains(country)
                    ? new TaxAnswer.UnknownPlace(country)
                    : new TaxAnswer.UnknownCountry(country);
            case StripeCalls.NOT_CHARGEABLE, StripeCalls.INVALID_CURRENCY ->
                new TaxAnswer.UnknownCurrency(currency(question).getCode());
            default -> new TaxAnswer.Refused(refused.code());
          };
    };
  }

  private static CurrencyUnit currency(TaxQuestion question) {
    return question.items().getFirst().amount().getCurrencyUnit();
  }

  private TaxedItem exempt(Item item) {
    return new TaxedItem(
        item.id(),
        item.amount(),
        Money.zero(item.amount().getCurrencyUnit()),
        item.amount(),
        BigDecimal.ZERO,
        TaxAnswer.Reason.SMALL_ENTERPRISE,
        home);
  }

  private TaxAnswer asked(TaxQuestion question) throws StripeException, NotChargeableException {
    IdempotencyKey key =
        new IdempotencyKey("tax/" + new UUID(random.nextLong(), random.nextLong()));
    Calculation calculation =
        client.v1().tax().calculations().create(params(question), StripeCalls.keyed(key));
    Map<String, CalculationLineItem> lines = lines(calculation);
    List<TaxedItem> items = new ArrayList<>();
    for (Item item : question.items()) {
      CalculationLineItem line = lines.get(item.id());
      if (line == null || breakdown(line).stream().anyMatch(StripeTax::cannotTell)) {
        return new TaxAnswer.UnknownCountry(question.buyer().country());
      }
      items.add(taxed(question, item, line));
    }
    return new TaxAnswer.Taxed(items, calculation.getId());
  }

  private CalculationCreateParams params(TaxQuestion question) throws NotChargeableException {
    CalculationCreateParams.Builder params =
        CalculationCreateParams.builder()
            .setCurrency(StripeAmounts.currency(question.items().getFirst().amount()))
            .setCustomerDetails(buyer(question))
            // Noon: whatever the zone of Stripe's settings, it is the same day there.
            .setTaxDate(question.day().toEpochSecond(LocalTime.NOON, ZoneOffset.UTC))
            .addExpand("line_items.data.tax_breakdown");
    for (Item item : question.items()) {
      params.addLineItem(
          CalculationCreateParams.LineItem.builder()
              .setAmount(StripeAmounts.minor(item.amount()))
              .setReference(item.id())
              .setTaxBehavior(
                  question.prices() == Prices.INCLUSIVE
                      ? CalculationCreateParams.LineItem.TaxBehavior.INCLUSIVE
                      : CalculationCreateParams.LineItem.TaxBehavior.EXCLUSIVE)
              .setTaxCode(item.supply() == Supply.GOODS ? GOODS : SERVICES)
              .build());
    }
    return params.build();
  }

  private CustomerDetails buyer(TaxQuestion question) {
    String country = question.buyer().country();
    CustomerDetails.Address.Builder address = CustomerDetails.Address.builder().setCountry(country);
    if (PLACE_DECIDES.contains(country)) {
      address.setPostalCode(question.buyer().postalCode());
    }
    boolean owesItHimself =
        question.buyer().business()
            && !country.equals(home)
            && countries.isMemberState(home, question.day())
            && countries.isMemberState(country, question.day());
    return CustomerDetails.builder()
        .setAddress(address.build())
        .setAddressSource(CustomerDetails.AddressSource.SHIPPING)
        .setTaxabilityOverride(
            owesItHimself
                ? CustomerDetails.TaxabilityOverride.REVERSE_CHARGE
                : CustomerDetails.TaxabilityOverride.NONE)
        .build();
  }

  /** Every line by our id: an answer holds the first page of them. */
  private Map<String, CalculationLineItem> lines(Calculation calculation) throws StripeException {
    Map<String, CalculationLineItem> lines = new HashMap<>();
    List<CalculationLineItem> page =
        calculation.getLineItems() == null ? List.of() : calculation.getLineItems().getData();
    boolean more =
        calculation.getLineItems() == null
            || Boolean.TRUE.equals(calculation.getLineItems().getHasMore());
    page.forEach(line -> lines.put(line.getReference(), line));
    while (more) {
      CalculationLineItemListParams.Builder params =
          CalculationLineItemListParams.builder().setLimit(PAGE).addExpand("data.tax_breakdown");
      if (!page.isEmpty()) {
        params.setStartingAfter(page.getLast().getId());
      }
      var next =
          client.v1().tax().calculations().lineItems().list(calculation.getId(), params.build());
      page = next.getData();
      page.forEach(line -> lines.put(line.getReference(), line));
      more = Boolean.TRUE.equals(next.getHasMore()) && !page.isEmpty();
    }
    return lines;
  }

  private static List<TaxBreakdown> breakdown(CalculationLineItem line) {
    return line.getTaxBreakdown() == null ? List.of() : line.getTaxBreakdown();
  }

  private static boolean cannotTell(TaxBreakdown part) {
    return NO_ANSWER.contains(String.valueOf(part.getTaxabilityReason()));
  }

  private static TaxedItem taxed(TaxQuestion question, Item item, CalculationLineItem line) {
    Money tax = StripeAmounts.money(line.getAmountTax(), StripeAmounts.currency(item.amount()));
    boolean inclusive = question.prices() == Prices.INCLUSIVE;
    Money net = inclusive ? item.amount().minus(tax) : item.amount();
    BigDecimal rate = BigDecimal.ZERO;
    TaxAnswer.@Nullable Reason reason = null;
    String country = question.buyer().country();
    for (TaxBreakdown part : breakdown(line)) {
      // State, county and city: what they take adds up, and one that taxes is the reason.
      rate = rate.add(rate(part));
      TaxAnswer.Reason its = reason(part.getTaxabilityReason(), item.supply());
      reason = reason == null || its == TaxAnswer.Reason.STANDARD ? its : reason;
      country = part.getJurisdiction() == null ? country : part.getJurisdiction().getCountry();
    }
    return new TaxedItem(
        item.id(),
        net,
        tax,
        net.plus(tax),
        rate,
        reason == null ? TaxAnswer.Reason.OTHER : reason,
        country);
  }

  private static BigDecimal rate(TaxBreakdown part) {
    return part.getTaxRateDetails() == null
            || part.getTaxRateDetails().getPercentageDecimal() == null
        ? BigDecimal.ZERO
        : new BigDecimal(part.getTaxRateDetails().getPercentageDecimal()).movePointLeft(2);
  }

  private static TaxAnswer.Reason reason(@Nullable String reason, Supply supply) {
    return switch (String.valueOf(reason)) {
      case "standard_rated" -> TaxAnswer.Reason.STANDARD;
      case "reverse_charge" ->
          supply == Supply.GOODS
              ? TaxAnswer.Reason.INTRA_COMMUNITY
              : TaxAnswer.Reason.REVERSE_CHARGE;
      default -> TaxAnswer.Reason.OTHER;
    };
  }

  @Override
  public Answer<TaxRecord> record(IdempotencyKey key, String calculation, PayableId payable) {
    return StripeCalls.answer(
        () ->
            new TaxRecord(
                client
                    .v1()
                    .tax()
                    .transactions()
                    .createFromCalculation(
                        TransactionCreateFromCalculationParams.builder()
                            .setCalculation(calculation)
                            .setReference(payable.value())
                            .build(),
                        StripeCalls.keyed(key))
                    .getId(),
                live));
  }

  @Override
  public Answer<TaxRecord> reverse(IdempotencyKey key, String sale, String name, List<Part> parts) {
    Answer<Map<String, TransactionLineItem>> lines = StripeCalls.answer(() -> recorded(sale));
    return switch (lines) {
      case Answer.Done<Map<String, TransactionLineItem>>(Map<String, TransactionLineItem> known) ->
          reverse(key, sale, name, parts, known);
      case Answer.Refused<Map<String, TransactionLineItem>>(String code, Reason reason) ->
          new Answer.Refused<>(code, reason);
      case Answer.InDoubt<Map<String, TransactionLineItem>>(Answer.Doubt cause) ->
          new Answer.InDoubt<>(cause);
    };
  }

  private Answer<TaxRecord> reverse(
      IdempotencyKey key,
      String sale,
      String name,
      List<Part> parts,
      Map<String, TransactionLineItem> lines) {
    if (!lines.keySet().containsAll(parts.stream().map(Part::line).toList())) {
      return new Answer.Refused<>("line_unknown", Reason.UNKNOWN_OBJECT);
    }
    return StripeCalls.answer(
        () -> {
          TransactionCreateReversalParams.Builder params =
              TransactionCreateReversalParams.builder()
                  .setMode(TransactionCreateReversalParams.Mode.PARTIAL)
                  .setOriginalTransaction(sale)
                  .setReference(name);
          for (Part part : parts) {
            TransactionLineItem line = Objects.requireNonNull(lines.get(part.line()));
            Money amount =
                "inclusive".equals(line.getTaxBehavior())
                    ? part.amount()
                    : part.amount().minus(part.tax());
            params.addLineItem(
                TransactionCreateReversalParams.LineItem.builder()
                    .setOriginalLineItem(line.getId())
                    .setReference(part.line())
                    .setAmount(-StripeAmounts.minor(amount))
                    .setAmountTax(-StripeAmounts.minor(part.tax()))
                    .build());
          }
          return new TaxRecord(
              client
                  .v1()
                  .tax()
                  .transactions()
                  .createReversal(params.build(), StripeCalls.keyed(key))
                  .getId(),
              live);
        });
  }

  /** The lines of a recorded sale, by our ids. */
  private Map<String, TransactionLineItem> recorded(String sale) throws StripeException {
    Map<String, TransactionLineItem> lines = new HashMap<>();
    String last = null;
    boolean more = true;
    while (more) {
      TransactionLineItemListParams.Builder params =
          TransactionLineItemListParams.builder().setLimit(PAGE);
      if (last != null) {
        params.setStartingAfter(last);
      }
      var page = client.v1().tax().transactions().lineItems().list(sale, params.build());
      for (TransactionLineItem line : page.getData()) {
        lines.put(line.getReference(), line);
        last = line.getId();
      }
      more = Boolean.TRUE.equals(page.getHasMore()) && !page.getData().isEmpty();
    }
    return lines;
  }
}
