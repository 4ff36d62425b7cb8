package io.ktizo.privacy.datamap;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML document as a tree that remembers where each thing stood. Jackson's own tree forgets
 * places and lets the last of two equal keys win, both of which an author of a map would regret.
 */
final class YamlTree {

  /** Where something stands, from 1. */
  record Place(int line, int column) {
    @Override
    public String toString() {
      return "line " + line + ", column " + column;
    }
  }

  /** A part of the document. */
  sealed interface Node {
    Place place();
  }

  /** A single value; an explicit null is empty text. */
  record Scalar(String text, Place place) implements Node {}

  /** Values in order. */
  record Sequence(List<Node> items, Place place) implements Node {}

  /** Values by key. */
  record Mapping(Map<String, Node> entries, Place place) implements Node {}

  private static final int DEEPEST = 24;

  private final YAMLParser parser;
  private final List<Fault> faults;

  private YamlTree(YAMLParser parser, List<Fault> faults) {
    this.parser = parser;
    this.faults = faults;
  }

  /** The document's root; faults that stop the reading leave an empty mapping behind. */
  static Node read(String yaml, List<Fault> faults) {
    Place start = new Place(1, 1);
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      if (parser.nextToken() == null) {
        faults.add(new Fault(start.toString(), "the document is empty"));
        return new Mapping(Map.of(), start);
      }
      Node root = new YamlTree(parser, faults).node(0);
      if (parser.nextToken() != null) {
        faults.add(new Fault(at(parser).toString(), "one document was expected, a second follows"));
      }
      return root;
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      Place place =
          location == null ? start : new Place(location.getLineNr(), location.getColumnNr());
      faults.add(
          new Fault(place.toString(), "this is not YAML: " + firstLine(e.getOriginalMessage())));
      return new Mapping(Map.of(), start);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from a string failed", e);
    }
  }

  private Node node(int depth) throws IOException {
    Place place = at(parser);
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      faults.add(new Fault(place.toString(), "anchors and aliases are not used in a data map"));
    }
    if (depth > DEEPEST) {
      faults.add(new Fault(place.toString(), "nested deeper than any data map needs"));
      parser.skipChildren();
      return new Scalar("", place);
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Node> entries = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        Place keyPlace = at(parser);
        parser.nextToken();
        Node value = node(depth + 1);
        if (entries.putIfAbsent(key, value) != null) {
          faults.add(
              new Fault(keyPlace.toString(), "\"" + key + "\" stands here for the second time"));
        }
      }
      return new Mapping(entries, place);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Node> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(node(depth + 1));
      }
      return new Sequence(items, place);
    }
    String text = token == JsonToken.VALUE_NULL ? "" : parser.getText();
    return new Scalar(text, place);
  }

  private static Place at(YAMLParser parser) {
    JsonLocation location = parser.currentTokenLocation();
    return new Place(location.getLineNr(), location.getColumnNr());
  }

  /** Only the first line: what follows quotes the document, which may be long. */
  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
