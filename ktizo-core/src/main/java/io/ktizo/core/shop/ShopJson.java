package io.ktizo.core.shop;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.ktizo.core.id.Id;
import io.ktizo.core.quote.InvalidPriceListException;
import io.ktizo.core.quote.PriceList;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * The values of this room as JSON and back, without loss: price lists, build volumes, calendars,
 * settings with their profiles, colours, zones.
 *
 * <p>Each record is an object with its components as members. Decimals are texts, so that no reader
 * turns them into binary fractions; numbers are read as well. Amounts are {@code {"currency":
 * "EUR", "amount": "12.50"}}; moments, days and durations are those of ISO 8601. Where there are
 * several kinds of a thing, a member tells which: {@code by} for {@link PriceList.Risk} and {@link
 * PriceList.Charge}, {@code shape} for {@link PriceList.Plate}.
 *
 * <p>Reading is strict: members that are unknown, missing or doubled, and anything behind the
 * document, are faults. Safe for use by many threads.
 */
public final class ShopJson {
  private static final JsonMapper MAPPER = mapper();

  private ShopJson() {}

  /** The JSON of a value. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no value of this room: " + value.getClass(), e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws InvalidJsonException if it is something else
   */
  public static <T> T read(String json, Class<T> type) {
    try {
      T value = MAPPER.readValue(json, type);
      if (value == null) {
        throw fault("", "must not be null");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw translated(e);
    }
  }

  /**
   * Reads a list of values.
   *
   * @throws InvalidJsonException if it is something else
   */
  public static <T> List<T> readList(String json, Class<T> type) {
    try {
      List<T> values =
          MAPPER.readValue(json, MAPPER.getTypeFactory().constructCollectionType(List.class, type));
      if (values == null || values.contains(null)) {
        throw fault("", "must not be null");
      }
      return List.copyOf(values);
    } catch (JsonProcessingException e) {
      throw translated(e);
    } catch (NullPointerException e) {
      throw fault("", "must not hold null");
    }
  }

  private static InvalidJsonException translated(JsonProcessingException e) {
    String path = e instanceof JsonMappingException mapping ? pointer(mapping) : "";
    Throwable cause = e.getCause();
    if (cause instanceof InvalidPriceListException prices) {
      return new InvalidJsonException(
          prices.faults().stream()
              .map(fault -> new InvalidJsonException.Fault(path + fault.path(), fault.message()))
              .toList());
    }
    if (cause instanceof IllegalArgumentException refused && refused.getMessage() != null) {
      return fault(path, refused.getMessage());
    }
    if (e instanceof UnrecognizedPropertyException) {
      return fault(path, "is unknown");
    }
    return fault(
        path, e instanceof JsonMappingException ? "is missing or of another kind" : "is no JSON");
  }

  private static InvalidJsonException fault(String path, String message) {
    return new InvalidJsonException(List.of(new InvalidJsonException.Fault(path, message)));
  }

  private static String pointer(JsonMappingException e) {
    StringBuilder pointer = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      String name = step.getFieldName();
      pointer
          .append('/')
          .append(
              name == null
                  ? String.valueOf(step.getIndex())
                  : shortened(name).replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "…";
  }

  /**
   * How these values look, for a host's own mapper: of YAML, for instance. How strictly it reads is
   * for the host to say.
   */
  public static Module module() {
    SimpleModule module =
        new SimpleModule("ktizo-shop")
            .setMixInAnnotation(PriceList.Risk.class, RiskForm.class)
            .setMixInAnnotation(PriceList.Charge.class, ChargeForm.class)
            .setMixInAnnotation(PriceList.Plate.class, PlateForm.class);
    scalar(module, Duration.class, Duration::parse, Duration::toString);
    scalar(module, Instant.class, Instant::parse, Instant::toString);
    scalar(module, LocalDate.class, LocalDate::parse, LocalDate::toString);
    scalar(module, ZoneId.class, ZoneId::of, ZoneId::getId);
    scalar(module, CurrencyUnit.class, CurrencyUnit::of, CurrencyUnit::getCode);
    scalar(module, BigDecimal.class, ShopJson::decimal, BigDecimal::toString);
    module.addSerializer(Id.class, new TextOf<>(Id.class, Id::toString));
    module.addSerializer(Money.class, new MoneyWriter());
    module.addDeserializer(Money.class, new MoneyReader());
    return module;
  }

  private static JsonMapper mapper() {
    com.fasterxml.jackson.core.JsonFactory factory =
        com.fasterxml.jackson.core.JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(50)
                    .maxNumberLength(60)
                    .maxStringLength(100_000)
                    .maxNameLength(200)
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            texts ->
                texts
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        // Records are their components; what methods compute from them is not written.
        .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
        .addModule(module())
        .build();
  }

  private static BigDecimal decimal(String text) {
    if (text.length() > 60) {
      throw new NumberFormatException("too many digits");
    }
    return new BigDecimal(text);
  }

  private static <T> void scalar(
      SimpleModule module, Class<T> type, Function<String, T> parse, Function<T, String> text) {
    module.addSerializer(type, new TextOf<>(type, text));
    module.addDeserializer(type, new OfText<>(type, parse));
  }

  private static final class TextOf<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized: the mapper is not
    private final Function<? super T, String> text;

    TextOf(Class<T> type, Function<? super T, String> text) {
      super(type);
      this.text = text;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(text.apply(value));
    }

    @Override
    public void serializeWithType(
        T value,
        JsonGenerator out,
        SerializerProvider provider,
        com.fasterxml.jackson.databind.jsontype.TypeSerializer typeSerializer)
        throws IOException {
      serialize(value, out, provider);
    }
  }

  private static final class OfText<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized: the mapper is not
    private final Function<String, T> parse;

    OfText(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      boolean number = parser.currentToken().isNumeric() && handledType() == BigDecimal.class;
      if (!number && parser.currentToken() != JsonToken.VALUE_STRING) {
        throw JsonMappingException.from(parser, "must be a text");
      }
      try {
        return parse.apply(parser.getText());
      } catch (RuntimeException e) {
        // What parsers say quotes the text; it may be anything that somebody typed.
        throw JsonMappingException.from(
            parser,
            "refused",
            new IllegalArgumentException("is no " + handledType().getSimpleName()));
      }
    }
  }

  private static final class MoneyWriter extends StdSerializer<Money> {
    private static final long serialVersionUID = 1L;

    MoneyWriter() {
      super(Money.class);
    }

    @Override
    public void serialize(Money value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartObject();
      out.writeStringField("currency", value.getCurrencyUnit().getCode());
      out.writeStringField("amount", value.getAmount().toPlainString());
      out.writeEndObject();
    }
  }

  private record Amount(CurrencyUnit currency, BigDecimal amount) {}

  private static final class MoneyReader extends StdDeserializer<Money> {
    private static final long serialVersionUID = 1L;

    MoneyReader() {
      super(Money.class);
    }

    @Override
    public Money deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      Amount amount = context.readValue(parser, Amount.class);
      try {
        if (amount.amount().precision() > 18 || Math.abs(amount.amount().scale()) > 12) {
          throw new ArithmeticException("too long");
        }
        return Money.of(amount.currency(), amount.amount());
      } catch (ArithmeticException e) {
        throw JsonMappingException.from(
            parser,
            "refused",
            new IllegalArgumentException("has more decimals or digits than its currency allows"));
      }
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
