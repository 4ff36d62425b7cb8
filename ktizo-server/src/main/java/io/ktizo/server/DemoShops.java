package io.ktizo.server;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.print.ProfileReading;
import io.ktizo.core.print.PrusaSlicerProfile;
import io.ktizo.core.quote.PriceList;
import io.ktizo.server.desk.Shop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;

/**
 * Three Shops to try things with. Each is two files beside this class: its description and price
 * list in YAML, and the slicer's bundle of presets that it prints with.
 */
public final class DemoShops {
  private static final List<String> IDS = List.of("schichtwerk", "noordlaag", "lamina");

  private DemoShops() {}

  /** The Shops, in the order in which they are shown. */
  public static List<Shop> load() {
    return IDS.stream().map(DemoShops::load).toList();
  }

  private static Shop load(String id) {
    String bundle = text("demo/" + id + ".ini");
    SimpleModule module =
        new SimpleModule("ktizo-price-list")
            .setMixInAnnotation(PriceList.Risk.class, RiskForm.class)
            .setMixInAnnotation(PriceList.Charge.class, ChargeForm.class)
            .setMixInAnnotation(PriceList.Plate.class, PlateForm.class);
    scalar(module, Duration.class, Duration::parse);
    scalar(module, Instant.class, Instant::parse);
    scalar(module, CurrencyUnit.class, CurrencyUnit::of);
    module.addDeserializer(PrintProfile.class, new ProfileOf(bundle));
    YAMLMapper mapper =
        YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(module)
            .build();
    try {
      return mapper.readValue(text("demo/" + id + ".yaml"), Shop.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo Shop " + id + " cannot be read", e);
    }
  }

  private static String text(String resource) {
    try (InputStream in = DemoShops.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource is missing: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> void scalar(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addDeserializer(
        type,
        new StdDeserializer<T>(type) {
          private static final long serialVersionUID = 1L;

          @Override
          public T deserialize(JsonParser parser, DeserializationContext context)
              throws IOException {
            return parse.apply(parser.getText());
          }
        });
  }

  /** A profile stands in a price list as the names of the three presets that make it up. */
  private static final class ProfileOf extends StdDeserializer<PrintProfile> {
    private static final long serialVersionUID = 1L;

    private final String bundle;

    ProfileOf(String bundle) {
      super(PrintProfile.class);
      this.bundle = bundle;
    }

    @Override
    public PrintProfile deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode names = parser.readValueAsTree();
      PrusaSlicerProfile.Selection presets =
          new PrusaSlicerProfile.Selection(
              names.required("print").textValue(),
              names.required("filament").textValue(),
              names.required("printer").textValue());
      String name = presets.printer() + ", " + presets.filament() + ", " + presets.print();
      return switch (PrusaSlicerProfile.read(name, bundle, presets)) {
        case ProfileReading.Accepted accepted -> accepted.profile();
        case ProfileReading.Refused refused ->
            throw new IOException("presets refused: " + refused.faults());
      };
    }
  }

  /** Tells the kinds of risk apart by their member {@code by}. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = PriceList.Risk.None.class, name = "none"),
    @JsonSubTypes.Type(value = PriceList.Risk.Share.class, name = "share"),
    @JsonSubTypes.Type(value = PriceList.Risk.PerHour.class, name = "hour")
  })
  private interface RiskForm {}

  /** Tells the kinds of charges apart by their member {@code by}. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = PriceList.Charge.PerOrder.class, name = "order"),
    @JsonSubTypes.Type(value = PriceList.Charge.PerPart.class, name = "part"),
    @JsonSubTypes.Type(value = PriceList.Charge.PerSquareCentimetre.class, name = "cm2"),
    @JsonSubTypes.Type(value = PriceList.Charge.PerGram.class, name = "gram"),
    @JsonSubTypes.Type(value = PriceList.Charge.PerHour.class, name = "hour")
  })
  private interface ChargeForm {}

  /** Tells the shapes of plates apart by their member {@code shape}. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "shape")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = PriceList.Plate.Rectangle.class, name = "rectangle"),
    @JsonSubTypes.Type(value = PriceList.Plate.Disc.class, name = "disc"),
    @JsonSubTypes.Type(value = PriceList.Plate.Outline.class, name = "outline")
  })
  private interface PlateForm {}
}
