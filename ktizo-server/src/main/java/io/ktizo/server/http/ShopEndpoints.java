package io.ktizo.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.quote.PriceList;
import io.ktizo.server.desk.Shop;
import java.util.List;
import java.util.function.Supplier;

/** What the Shops offer, without their prices. */
public final class ShopEndpoints {
  /** An answer with the Shops that it is about. */
  private record Said(List<Shop> shops, Answer answer) {}

  private final Supplier<List<Shop>> shops;
  private volatile Said said = new Said(List.of(), answer(List.of()));

  /** Over the Shops that sell at the moment. */
  public ShopEndpoints(Supplier<List<Shop>> shops) {
    this.shops = shops;
  }

  private static Answer answer(List<Shop> shops) {
    ObjectNode document = Wire.object();
    ArrayNode list = document.putArray("shops");
    shops.forEach(shop -> list.add(describe(shop)));
    return Answer.of(200, Answer.JSON, Wire.bytes(document));
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(Route.get("/api/v1/shops", Access.to(Action.SEE_SHOP_PROFILE), this::list));
  }

  @SuppressWarnings("ReferenceEquality") // equal lists are given as the same; comparing all is dear
  private Answer list(Call call) {
    call.require(Action.SEE_SHOP_PROFILE, Standing.anybody());
    List<Shop> now = shops.get();
    Said last = said;
    // The very list of the last time: nothing has changed.
    if (last.shops() != now) {
      last = new Said(now, answer(now));
      said = last;
    }
    return last.answer();
  }

  private static ObjectNode describe(Shop shop) {
    PriceList prices = shop.priceList();
    ObjectNode node = Wire.object();
    node.put("id", shop.id());
    node.put("name", shop.name());
    node.put("place", shop.place());
    node.put("about", shop.about());
    node.put("currency", prices.currency().getCode());
    node.put("display", prices.tax().display().name());
    ArrayNode printers = node.putArray("printers");
    for (PriceList.Printer printer : prices.printers()) {
      ObjectNode machine = printers.addObject();
      machine.put("id", printer.id());
      machine.put("name", printer.name());
      machine.put("process", printer.process().name());
      machine
          .putArray("buildVolumeMm")
          .add(printer.buildVolume().x())
          .add(printer.buildVolume().y())
          .add(printer.buildVolume().z());
      ArrayNode settings = machine.putArray("settings");
      for (PriceList.Setting setting : printer.settings()) {
        settings.addObject().put("material", setting.material()).put("quality", setting.quality());
      }
    }
    ArrayNode materials = node.putArray("materials");
    prices
        .materials()
        .forEach(
            material ->
                materials.addObject().put("id", material.id()).put("name", material.name()));
    ArrayNode leadTimes = node.putArray("leadTimes");
    prices
        .leadTimes()
        .forEach(
            choice ->
                leadTimes
                    .addObject()
                    .put("id", choice.id())
                    .put("name", choice.name())
                    .put("days", choice.days()));
    ArrayNode finishes = node.putArray("postProcessing");
    for (PriceList.PostProcessing option : prices.postProcessing()) {
      ObjectNode finish = finishes.addObject();
      finish.put("id", option.id()).put("name", option.name()).put("days", option.days());
      ArrayNode offered = finish.putArray("materials");
      option.materials().forEach(offered::add);
    }
    return node;
  }
}
