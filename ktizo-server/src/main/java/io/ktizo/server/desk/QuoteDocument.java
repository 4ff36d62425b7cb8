package io.ktizo.server.desk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.ktizo.core.quote.Assessment;
import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.Quote;
import io.ktizo.core.quote.QuoteRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.joda.money.Money;

/** What the Shops said, as JSON; its form is schema {@code Quote} of the OpenAPI document. */
final class QuoteDocument {
  private QuoteDocument() {}

  static String of(
      DeskId id,
      DeskId model,
      Instant issued,
      QuoteRequest request,
      List<Shop> asked,
      Assessment assessment,
      List<Offer> offers) {
    ObjectNode document = Json.object();
    document.put("id", id.toString());
    document.put("model", model.toString());
    document.put("issued", issued.toString());
    document.put("quantity", request.quantity());
    document.set("unit", ModelDocument.unit(assessment.unit()));
    Map<String, Shop> shops = new HashMap<>();
    asked.forEach(shop -> shops.put(shop.id(), shop));
    ArrayNode list = document.putArray("offers");
    for (Offer offer : offers) {
      Shop shop = shops.get(offer.choice().shop());
      if (shop == null) {
        throw new IllegalStateException("an offer of a Shop that was not asked");
      }
      list.add(offer(offer, shop));
    }
    return Json.write(document);
  }

  static ObjectNode offer(Offer offer, Shop shop) {
    Offer.Choice choice = offer.choice();
    PriceList prices = shop.priceList();
    ObjectNode node = Json.object();
    node.set("shop", named(shop.id(), shop.name()));
    node.set(
        "printer",
        named(
            choice.printer(),
            prices.printers().stream()
                .filter(printer -> printer.id().equals(choice.printer()))
                .findFirst()
                .orElseThrow()
                .name()));
    node.set(
        "material",
        named(choice.material(), prices.material(choice.material()).orElseThrow().name()));
    node.put("quality", choice.quality());
    switch (offer) {
      case Offer.Priced priced -> {
        node.put("outcome", "PRICED");
        node.set("price", price(priced.quote()));
      }
      case Offer.WillLook look -> {
        node.put("outcome", "WILL_LOOK");
        node.set("reasons", ModelDocument.reasons(look.reasons()));
      }
    }
    return node;
  }

  private static ObjectNode price(Quote quote) {
    ObjectNode price = Json.object();
    price.put("currency", quote.currency().getCode());
    price.put("display", quote.display().name());
    price.put("unitPrice", amount(quote.unitPrice()));
    price.put("net", amount(quote.net()));
    price.put("tax", amount(quote.tax()));
    price.put("gross", amount(quote.gross()));
    ArrayNode lines = price.putArray("lines");
    for (Quote.Line line : quote.lines()) {
      ObjectNode node = lines.addObject();
      node.put("kind", line.kind().name());
      node.put("item", line.item());
      node.put("quantity", line.quantity());
      node.put("unitPrice", amount(line.unitPrice()));
      node.put("net", amount(line.net()));
      node.put("tax", amount(line.tax()));
      node.put("gross", amount(line.gross()));
    }
    ArrayNode taxes = price.putArray("taxes");
    for (Quote.TaxAmount tax : quote.taxes()) {
      taxes
          .addObject()
          .put("name", tax.name())
          .put("rate", tax.rate().toPlainString())
          .put("amount", amount(tax.amount()));
    }
    price.put("gramsPerPart", quote.gramsPerPart().toPlainString());
    price.put("secondsPerPart", seconds(quote.timePerPart()));
    price.put("promised", quote.promised().toString());
    price.put("validUntil", quote.validUntil().toString());
    price.set(
        "priceList",
        Json.object().put("id", quote.priceList()).put("version", quote.priceListVersion()));
    price.put("fileSha256", quote.fileSha256());
    price.put("profileSha256", quote.profileSha256());
    // Canonical already: written as it is, so that its own hash still holds.
    price.putRawValue("derivation", new RawValue(quote.derivation().document()));
    return price;
  }

  private static ObjectNode named(String id, String name) {
    return Json.object().put("id", id).put("name", name);
  }

  /** Amounts are texts, so that no client turns them into binary fractions. */
  private static String amount(Money money) {
    return money.getAmount().toPlainString();
  }

  private static long seconds(Duration time) {
    return time.plusMillis(500).toSeconds();
  }
}
