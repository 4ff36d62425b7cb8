package io.ktizo.server;

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
import io.ktizo.core.shop.ShopJson;
import io.ktizo.server.desk.Shop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
    SimpleModule profiles =
        new SimpleModule("ktizo-profiles")
            .addDeserializer(PrintProfile.class, new ProfileOf(bundle));
    YAMLMapper mapper =
        YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(ShopJson.module())
            .addModule(profiles)
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
}
