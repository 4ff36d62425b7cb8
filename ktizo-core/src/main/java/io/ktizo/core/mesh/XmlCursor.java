package io.ktizo.core.mesh;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Consumer;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the elements of an XML document that is not trusted, forward only.
 *
 * <p>The way to read the children of an element:
 *
 * <pre>{@code
 * int depth = xml.depth();
 * while (xml.nextChild(depth)) {
 *   switch (xml.name()) { ... }
 * }
 * }</pre>
 *
 * <p>Whatever the caller does not look into is skipped. Document type declarations, and with them
 * all entities but the five of XML itself, are refused by {@link XmlText} before the parser sees
 * them; names of files and addresses are never resolved. Elements nested deeper than the limit are
 * refused, and the budget is asked as the document goes by.
 */
final class XmlCursor implements Closeable {
  private static final int LONGEST_TEXT = 1 << 20;

  private final XmlText text;
  private final XMLStreamReader reader;
  private final String place;
  private final MeshLimits limits;
  private final Budget budget;
  private final Consumer<XmlCursor> rule;
  private int depth;

  private XmlCursor(
      XmlText text,
      XMLStreamReader reader,
      String place,
      MeshLimits limits,
      Budget budget,
      Consumer<XmlCursor> rule) {
    this.text = text;
    this.reader = reader;
    this.place = place;
    this.limits = limits;
    this.budget = budget;
    this.rule = rule;
  }

  /** Opens a document that has no rules of its own and stands on its root element. */
  static XmlCursor open(InputStream bytes, String place, MeshLimits limits, Budget budget)
      throws IOException {
    return open(bytes, place, limits, budget, element -> {});
  }

  /**
   * Opens a document and stands on its root element.
   *
   * @param bytes is closed with the cursor
   * @param place names the document in a refusal, with nothing that a customer wrote
   * @param rule is asked about every element, also those that are skipped
   */
  static XmlCursor open(
      InputStream bytes, String place, MeshLimits limits, Budget budget, Consumer<XmlCursor> rule)
      throws IOException {
    XmlText text = XmlText.of(bytes, place);
    try {
      XMLStreamReader reader = inputs().createXMLStreamReader(text);
      XmlCursor cursor = new XmlCursor(text, reader, place, limits, budget, rule);
      cursor.checkEncoding();
      if (!cursor.nextChild(0)) {
        throw cursor.notWellFormed();
      }
      return cursor;
    } catch (XMLStreamException broken) {
      if (broken.getNestedException() instanceof IOException disk) {
        throw disk;
      }
      throw notWellFormed(place);
    }
  }

  private static XMLInputFactory inputs() {
    // The JDK's own parser, whatever else may be on the class path.
    XMLInputFactory inputs = XMLInputFactory.newDefaultFactory();
    inputs.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    inputs.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    inputs.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    inputs.setXMLResolver(
        (publicId, systemId, baseUri, namespace) -> {
          throw new XMLStreamException("nothing outside the document is ever read");
        });
    // The JDK counts "&lt;" and its like as entities. Without DTDs there are no others, and long
    // descriptions in HTML have many.
    for (String unlimited : new String[] {"totalEntitySizeLimit", "maxGeneralEntitySizeLimit"}) {
      if (inputs.isPropertySupported("jdk.xml." + unlimited)) {
        inputs.setProperty("jdk.xml." + unlimited, "0");
      }
    }
    return inputs;
  }

  private void checkEncoding() {
    String declared = reader.getCharacterEncodingScheme();
    if (declared != null) {
      String encoding = declared.toUpperCase(Locale.ROOT);
      if (!encoding.equals("UTF-8") && !encoding.equals("UTF-16")) {
        throw XmlText.notUtf8(place);
      }
    }
  }

  /** How deep the current element is; the root element is at 1. */
  int depth() {
    return depth;
  }

  /**
   * Goes to the next child of the element at {@code parentDepth}, skipping what is left of the
   * current one.
   *
   * @return false at the end of the parent
   */
  boolean nextChild(int parentDepth) throws IOException {
    while (true) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          if (depth > limits.nesting()) {
            throw refusal(
                Refusal.Code.TOO_COMPLEX,
                "The file nests its contents deeper than we accept; please export it again.");
          }
          rule.accept(this);
          if (depth == parentDepth + 1) {
            return true;
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          if (depth < parentDepth) {
            return false;
          }
        }
        case XMLStreamConstants.END_DOCUMENT -> {
          return false;
        }
        default -> {
          // Text that nobody asked for, comments and processing instructions.
        }
      }
    }
  }

  /**
   * The text directly inside the current element, which ends with this call. Text beyond a million
   * characters is refused.
   */
  String text() throws IOException {
    StringBuilder collected = new StringBuilder();
    int own = depth;
    while (true) {
      switch (next()) {
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (depth == own) {
            collected.append(
                reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
            if (collected.length() > LONGEST_TEXT) {
              throw refusal(
                  Refusal.Code.TOO_COMPLEX,
                  "The file contains a single entry of millions of characters, more than we"
                      + " accept.");
            }
          }
        }
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          rule.accept(this);
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          if (depth < own) {
            return collected.toString();
          }
        }
        default -> {
          // Comments and processing instructions.
        }
      }
    }
  }

  /**
   * Reads to the end of the document.
   *
   * @return false if something else than comments follows the root element, or it is not well
   *     formed
   */
  boolean endsHere() throws IOException {
    while (depth > 0) {
      if (!nextChild(0) && depth > 0) {
        throw notWellFormed();
      }
    }
    try {
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT) {
          return false;
        }
      }
      return true;
    } catch (XMLStreamException broken) {
      if (broken.getNestedException() instanceof IOException disk) {
        throw disk;
      }
      return false;
    }
  }

  private int next() throws IOException {
    budget.tick();
    try {
      int event = reader.next();
      if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw notWellFormed();
      }
      return event;
    } catch (XMLStreamException broken) {
      if (broken.getNestedException() instanceof IOException disk) {
        throw disk;
      }
      throw notWellFormed();
    }
  }

  /** The current element's name without its prefix. */
  String name() {
    return reader.getLocalName();
  }

  /** The current element's namespace; empty if it has none. */
  String namespace() {
    String namespace = reader.getNamespaceURI();
    return namespace == null ? "" : namespace;
  }

  int attributes() {
    return reader.getAttributeCount();
  }

  String attributeName(int index) {
    return reader.getAttributeLocalName(index);
  }

  /** Empty for an attribute without prefix, which has no namespace. */
  String attributeNamespace(int index) {
    String namespace = reader.getAttributeNamespace(index);
    return namespace == null ? "" : namespace;
  }

  String attributeValue(int index) {
    return reader.getAttributeValue(index);
  }

  /** The value of an attribute without prefix, {@code null} if there is none. */
  @Nullable String attribute(String name) {
    return attribute(XMLConstants.NULL_NS_URI, name);
  }

  @Nullable String attribute(String namespace, String name) {
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      if (reader.getAttributeLocalName(i).equals(name) && attributeNamespace(i).equals(namespace)) {
        return reader.getAttributeValue(i);
      }
    }
    return null;
  }

  /** The namespace that a prefix stands for here, {@code null} if it is not declared. */
  @Nullable String namespaceOf(String prefix) {
    return reader.getNamespaceURI(prefix);
  }

  /** A refusal at this place. */
  RefusedException refusal(Refusal.Code code, String message) {
    return new RefusedException(
        code, place + ", line " + reader.getLocation().getLineNumber(), message);
  }

  private RefusedException notWellFormed() {
    return refusal(Refusal.Code.MALFORMED, NOT_WELL_FORMED);
  }

  private static RefusedException notWellFormed(String place) {
    return new RefusedException(Refusal.Code.MALFORMED, place, NOT_WELL_FORMED);
  }

  private static final String NOT_WELL_FORMED =
      "The text inside the file is not well-formed XML; please export the model again.";

  @Override
  public void close() throws IOException {
    text.close();
  }
}
