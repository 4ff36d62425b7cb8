package io.ktizo.examples.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ktizo.core.print.BuildVolume;
import io.ktizo.core.print.FilamentMaterial;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.print.PrinterPreset;
import io.ktizo.core.print.ProfileReading;
import io.ktizo.core.print.PrusaSlicerProfile;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.joda.money.CurrencyUnit;

/**
 * A Shop described in JSON; how a host maps its own data to a {@link PriceList}. Amounts are texts,
 * so that no parser makes binary fractions of them. A printer names a {@link PrinterPreset} or
 * brings, beside the JSON file, the profile of PrusaSlicer that it prints with.
 */
final class ShopFile {
  private final Path file;

  private ShopFile(Path file) {
    this.file = file;
  }

  static PriceList read(Path file) throws IOException {
    JsonNode shop = new ObjectMapper().readTree(file.toFile());
    return new ShopFile(file).priceList(shop);
  }

  private PriceList priceList(JsonNode shop) throws IOException {
    List<PriceList.Printer> printers = new ArrayList<>();
    for (JsonNode printer : shop.required("printers")) {
      printers.add(printer(printer));
    }
    JsonNode work = shop.required("work");
    return PriceList.of(
            shop.required("shop").asText(),
            shop.required("list").asText(),
            CurrencyUnit.of(shop.required("currency").asText()))
        .tax(PriceList.Tax.of("VAT", shop.required("vat").asText(), PriceList.Display.GROSS))
        .printers(printers.toArray(PriceList.Printer[]::new))
        .materials(
            stream(shop.required("materials"))
                .map(ShopFile::material)
                .toArray(PriceList.Material[]::new))
        .work(
            new PriceList.Work(
                decimal(work, "setupPerOrder"),
                decimal(work, "handlingPerPart"),
                decimal(work, "hourlyRate"),
                Duration.ofMinutes(work.required("minutesPerOrder").asLong()),
                Duration.ofMinutes(work.required("minutesPerPart").asLong())))
        .minimums(
            new PriceList.Minimums(BigDecimal.ZERO, BigDecimal.ZERO, decimal(shop, "minimumOrder")))
        .quantityBreaks(
            stream(shop.path("quantityBreaks"))
                .map(
                    step ->
                        new PriceList.QuantityBreak(
                            step.required("from").asInt(), decimal(step, "reduction")))
                .toArray(PriceList.QuantityBreak[]::new))
        .build();
  }

  private PriceList.Printer printer(JsonNode printer) throws IOException {
    PrinterPreset preset = PrinterPreset.valueOf(printer.required("preset").asText());
    BuildVolume.Box box = preset.buildVolume();
    List<PriceList.Setting> settings = new ArrayList<>();
    for (JsonNode material : printer.required("materials")) {
      PrintProfile profile =
          printer.has("profile")
              ? profile(printer.required("profile").asText())
              : preset.profile(FilamentMaterial.valueOf(material.asText()));
      settings.add(new PriceList.Setting(material.asText(), "standard", profile));
    }
    return new PriceList.Printer(
        printer.required("id").asText(),
        preset.label(),
        PrintProcess.MATERIAL_EXTRUSION,
        new PriceList.BuildVolume(
            BigDecimal.valueOf(box.width()),
            BigDecimal.valueOf(box.depth()),
            BigDecimal.valueOf(box.height())),
        decimal(printer, "hourlyRate"),
        PriceList.Power.NONE,
        decimal(printer, "hoursPerDay"),
        settings);
  }

  private PrintProfile profile(String name) throws IOException {
    String text = Files.readString(file.resolveSibling(name));
    return switch (PrusaSlicerProfile.read(name, text)) {
      case ProfileReading.Accepted accepted -> accepted.profile();
      case ProfileReading.Refused refused ->
          throw new IllegalArgumentException(name + ": " + refused.faults());
    };
  }

  private static PriceList.Material material(JsonNode material) {
    String id = material.required("id").asText();
    return new PriceList.Material(
        id,
        id,
        decimal(material, "pricePerKilogram"),
        BigDecimal.valueOf(FilamentMaterial.valueOf(id).density()),
        decimal(material, "waste"),
        decimal(material, "purgeGrams"));
  }

  private static BigDecimal decimal(JsonNode node, String name) {
    return new BigDecimal(node.required(name).asText());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
