package io.ktizo.core.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads model files of every known format.
 *
 * <p>The format is told by content alone (see {@link MeshFormat#detect}). Whatever a file contains,
 * the answer is a value: nothing but a broken disk makes these methods throw. Safe for use by many
 * threads; a reader holds its limits and nothing else.
 */
public final class MeshReader {
  private final MeshLimits limits;

  private MeshReader(MeshLimits limits) {
    this.limits = limits;
  }

  /** A reader that lets no file cost more than this. */
  public static MeshReader withLimits(MeshLimits limits) {
    return new MeshReader(limits);
  }

  /**
   * Reads one file, block by block.
   *
   * @throws IOException if the disk fails or the file is not there
   */
  public MeshReading read(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      return read(source);
    }
  }

  /**
   * Reads a file that is in memory already.
   *
   * @throws IOException never; the signature leaves room for it
   */
  public MeshReading read(byte[] content) throws IOException {
    try (Source source = Source.of(content)) {
      return read(source);
    }
  }

  /**
   * Reads a stream to its end, or to one byte beyond the limit on bytes. Formats want to be read
   * from several places, so the stream is held in memory while that lasts; whoever has a file
   * passes its path. The stream is not closed.
   *
   * @throws IOException if the stream fails
   */
  public MeshReading read(InputStream stream) throws IOException {
    try (Source source = Source.of(stream, limits.bytes())) {
      return read(source);
    }
  }

  /**
   * Measures one file. STL, of which most files are, passes through without a mesh being built, in
   * the memory of one block and at the speed of the disk; other formats are read first.
   *
   * @throws IOException if the disk fails or the file is not there
   */
  public MeshMeasuring measure(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      return measure(source);
    } catch (RefusedException refused) {
      return new MeshMeasuring.Refused(refused.refusal());
    }
  }

  private MeshReading read(Source source) throws IOException {
    try {
      Budget budget = Budget.startingNow(limits);
      return new MeshReading.Accepted(model(source, format(source, budget), budget));
    } catch (RefusedException refused) {
      return new MeshReading.Refused(refused.refusal());
    }
  }

  private MeshMeasuring measure(Source source) throws IOException {
    Budget budget = Budget.startingNow(limits);
    MeshFormat format = format(source, budget);
    if (format != MeshFormat.STL_BINARY && format != MeshFormat.STL_ASCII) {
      Model model = model(source, format, budget);
      return new MeshMeasuring.Measured(format, MeshMeasure.of(model.mesh()));
    }
    MeasuringSink sink = new MeasuringSink();
    if (format == MeshFormat.STL_BINARY) {
      StlBinaryReader.scan(source, limits, budget, sink);
    } else {
      StlTextReader.scan(source.asText(), limits, budget, sink);
    }
    MeshMeasure measure = sink.measure();
    if (measure.triangles() == 0) {
      throw MeshBuilder.empty();
    }
    return new MeshMeasuring.Measured(format, measure);
  }

  /** The format, of a file that may be read at all. */
  private MeshFormat format(Source source, Budget budget) throws IOException {
    if (source.size() > limits.bytes()) {
      throw new RefusedException(
          Refusal.Code.TOO_LARGE, "", "The file is larger than we accept; please simplify it.");
    }
    if (source.size() == 0) {
      throw new RefusedException(
          Refusal.Code.EMPTY, "", "The file has no content; please send it again.");
    }
    Optional<MeshFormat> format = FormatDetection.detect(source, budget);
    return format.orElseThrow(
        () ->
            new RefusedException(
                Refusal.Code.UNKNOWN_FORMAT,
                "",
                "This is no model file that we know. We read STL, 3MF, OBJ, PLY, OFF, AMF and"
                    + " GLB."));
  }

  private Model model(Source source, MeshFormat format, Budget budget) throws IOException {
    return switch (format) {
      case STL_BINARY -> StlBinaryReader.read(source, limits, budget);
      case STL_ASCII -> StlTextReader.read(source.asText(), limits, budget);
      case OBJ -> ObjReader.read(source.asText(), limits, budget);
      case PLY -> PlyReader.read(source, limits, budget);
      case OFF -> OffReader.read(source.asText(), limits, budget);
      case GLB -> GlbReader.read(source, limits, budget);
      case AMF -> AmfReader.read(source, limits, budget);
      case THREE_MF -> threeMf(source, budget);
      case STEP ->
          throw needsReview(
              "This is a STEP file. It describes exact surfaces, which a person must turn into a"
                  + " printable mesh first; you can also export it as STL or 3MF.");
      case GCODE -> throw machineInstructions();
    };
  }

  private Model threeMf(Source source, Budget budget) throws IOException {
    try {
      return ThreeMfReader.read(source, limits, budget);
    } catch (RefusedException refused) {
      // Sliced projects keep the outer form of a 3MF file and drop the shape.
      if (refused.refusal().code() == Refusal.Code.EMPTY && ZipNames.holdsGcode(source)) {
        throw machineInstructions();
      }
      throw refused;
    }
  }

  private static RefusedException machineInstructions() {
    return needsReview(
        "This is G-code: instructions for one certain printer, without the shape of the model."
            + " Please send the model itself, for instance as STL or 3MF.");
  }

  private static RefusedException needsReview(String message) {
    return new RefusedException(Refusal.Code.NEEDS_REVIEW, "", message);
  }
}
