package io.ktizo.examples.quote;

import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.Model;
import io.ktizo.core.print.LayerEstimator;
import io.ktizo.core.print.Thumbnail;
import io.ktizo.core.quote.Assessing;
import io.ktizo.core.quote.Assessment;
import io.ktizo.core.quote.Offer;
import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.QuoteRequest;
import io.ktizo.core.quote.Quoting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;

/** A model file and a Shop description in; priced lines, derivations and a thumbnail out. */
public final class QuoteAModel {
  private QuoteAModel() {}

  /** Arguments: the model, the Shop, how many copies, and a directory for what comes out. */
  public static void main(String[] args) throws IOException {
    if (args.length != 4) {
      System.err.println("usage: quote-a-model MODEL SHOP.json COPIES OUT");
      System.exit(2);
    }
    PriceList shop = ShopFile.read(Path.of(args[1]));
    System.exit(
        quote(Path.of(args[0]), shop, Integer.parseInt(args[2]), Path.of(args[3]), System.out));
  }

  /** Answers 0 if there was a price, 1 if there was none. */
  static int quote(Path file, PriceList shop, int copies, Path out, PrintStream print)
      throws IOException {
    Model model;
    switch (MeshReader.withLimits(MeshLimits.DEFAULT).read(file)) {
      case MeshReading.Accepted accepted -> model = accepted.model();
      case MeshReading.Refused refused -> {
        print.println(refused.refusal().message());
        return 1;
      }
    }
    Assessment assessment = Assessing.standard().assess(model, sha256(file), null);
    print.println("unit: " + assessment.unit().unit() + ", " + assessment.unit().probability());
    Files.createDirectories(out);
    Files.write(out.resolve("thumbnail.png"), Thumbnail.of(assessment.model().mesh()).png());

    List<Offer> offers =
        Quoting.with(new LayerEstimator(), InstantSource.system())
            .quote(assessment.model(), List.of(shop), QuoteRequest.of(copies));
    int priced = 0;
    for (Offer offer : offers) {
      print.println(offer.choice().printer() + ", " + offer.choice().material() + ":");
      switch (offer) {
        case Offer.WillLook look ->
            look.reasons().forEach(reason -> print.println("  " + reason.message()));
        case Offer.Priced price -> {
          price
              .quote()
              .lines()
              .forEach(line -> print.println("  " + line.kind() + " " + line.gross()));
          print.println("  total " + price.quote().gross());
          String name = "derivation-" + ++priced + ".json";
          Files.writeString(out.resolve(name), price.quote().derivation().document());
        }
      }
    }
    return priced > 0 ? 0 : 1;
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
