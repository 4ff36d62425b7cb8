package io.ktizo.core.mesh;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a 3MF model that are not objects: base materials (3MF Core Specification,
 * chapter 5) and the groups of the Materials and Properties Extension.
 *
 * <p>Colours and textures change nothing about the shape. They are read only as far as the rules go
 * that make a document valid: ids are unique over all resources, groups have what they must, and
 * references lead to the right kind of thing.
 */
final class ThreeMfProperties {
  static final String MATERIALS = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02";

  private static final Set<String> TILE_STYLES = Set.of("wrap", "mirror", "clamp", "none");
  private static final Set<String> BLEND_METHODS = Set.of("mix", "multiply");

  /** What an id stands for. */
  enum Kind {
    BASE_MATERIALS,
    COLORS,
    TEXTURE,
    TEXTURE_COORDINATES,
    COMPOSITES,
    MULTIPROPERTIES,
    OBJECT,
    /** A resource of an extension that does not concern us. */
    FOREIGN
  }

  private record Resource(Kind kind, int size) {}

  private static final int UNKNOWN_SIZE = -1;

  private final XmlCursor xml;
  private final Map<Integer, Resource> resources = new HashMap<>();

  ThreeMfProperties(XmlCursor xml) {
    this.xml = xml;
  }

  /**
   * Reads the current child of the resources element.
   *
   * @return false if this is no resource that the namespaces of the core and of the materials
   *     define
   */
  boolean read(boolean core) throws IOException {
    if (core) {
      if (!xml.name().equals("basematerials")) {
        return false;
      }
      baseMaterials();
      return true;
    }
    if (!xml.namespace().equals(MATERIALS)) {
      foreign();
      return false;
    }
    switch (xml.name()) {
      case "texture2d" -> texture();
      case "colorgroup" -> colors();
      case "texture2dgroup" -> textureCoordinates();
      case "compositematerials" -> composites();
      case "multiproperties" -> multiproperties();
      default -> add(newId(), Kind.FOREIGN, UNKNOWN_SIZE);
    }
    return true;
  }

  /** The id of the current element, which no resource may have before it. */
  int newId() {
    int id = id("id");
    Resource before = resources.get(id);
    if (before != null && before.kind != Kind.FOREIGN) {
      throw malformed("Two resources of the model have the same id, " + id);
    }
    return id;
  }

  void add(int id, Kind kind, int size) {
    resources.put(id, new Resource(kind, size));
  }

  /**
   * The property group that the current object element names.
   *
   * @return -1 if it names none
   */
  int objectDefault() {
    String pid = xml.attribute("pid");
    String pindex = xml.attribute("pindex");
    if (pid == null) {
      if (pindex != null) {
        throw malformed("An object has a pindex but the pid is not specified");
      }
      return -1;
    }
    int group = reference(pid);
    if (pindex != null) {
      int index = Lexical.index(pindex);
      if (index < 0) {
        throw malformed("The pindex of an object is no whole number");
      }
      checkIndex(group, index);
    }
    return group;
  }

  /** The id in a pid attribute, which must lead to a property group. */
  int reference(String pid) {
    int id = Lexical.index(pid);
    Resource group = resources.get(id);
    if (group == null || group.kind == Kind.OBJECT || group.kind == Kind.TEXTURE) {
      throw dangling("A pid refers to a property group that does not exist");
    }
    return id;
  }

  /** Refuses an index beyond the end of a group, or without one. */
  void checkIndex(int group, int index) {
    Resource resource = resources.get(group);
    if (resource == null) {
      throw malformed("A triangle has a property but no pid is specified");
    }
    if (resource.size != UNKNOWN_SIZE && index >= resource.size) {
      throw dangling("A property index lies beyond the end of its group");
    }
  }

  // 3MF Core Specification, chapter 5.
  private void baseMaterials() throws IOException {
    int id = newId();
    int size = 0;
    while (xml.nextChild(3)) {
      if (xml.name().equals("base")) {
        required("name");
        color("displaycolor");
        size++;
      }
    }
    add(id, Kind.BASE_MATERIALS, size);
  }

  // Materials and Properties Extension, chapter 2.
  private void colors() throws IOException {
    int id = newId();
    int size = 0;
    while (nextMaterial("color")) {
      color("color");
      size++;
    }
    add(id, Kind.COLORS, size);
  }

  // Materials and Properties Extension, chapter 3.
  private void textureCoordinates() throws IOException {
    int id = newId();
    Resource texture = resources.get(id("texid"));
    if (texture == null || texture.kind != Kind.TEXTURE) {
      throw dangling("The texid of a group of texture coordinates refers to no texture");
    }
    int size = 0;
    while (nextMaterial("tex2coord")) {
      number("u");
      number("v");
      size++;
    }
    add(id, Kind.TEXTURE_COORDINATES, size);
  }

  // Materials and Properties Extension, chapter 4.
  private void composites() throws IOException {
    int id = newId();
    Resource base = resources.get(id("matid"));
    if (base == null || base.kind != Kind.BASE_MATERIALS) {
      throw dangling("The matid of composite materials does not refer to base materials");
    }
    for (String word : list("matindices")) {
      int index = Lexical.index(word);
      if (index < 0 || index >= base.size) {
        throw dangling("The matindices of composite materials lie beyond the base materials");
      }
    }
    int size = 0;
    while (nextMaterial("composite")) {
      for (String word : list("values")) {
        if (!Double.isFinite(Lexical.number(word))) {
          throw malformed("The values of a composite are not numbers");
        }
      }
      size++;
    }
    add(id, Kind.COMPOSITES, size);
  }

  // Materials and Properties Extension, chapter 5.
  private void multiproperties() throws IOException {
    int id = newId();
    String[] pids = list("pids");
    int materials = 0;
    int colors = 0;
    for (int layer = 0; layer < pids.length; layer++) {
      Resource resource = resources.get(Lexical.index(pids[layer]));
      if (resource == null || resource.kind == Kind.OBJECT) {
        throw dangling("The pids of multiproperties refer to a group that does not exist");
      }
      switch (resource.kind) {
        case MULTIPROPERTIES ->
            throw malformed("The pids of multiproperties refer to other multiproperties");
        case BASE_MATERIALS, COMPOSITES -> {
          materials++;
          if (materials == 1 && layer > 0) {
            throw malformed("The material of multiproperties is not the first of their pids");
          }
        }
        case COLORS -> colors++;
        default -> {
          // Any number of textures may lie on each other.
        }
      }
    }
    if (materials > 1) {
      throw malformed("The pids of multiproperties refer to more than one material");
    }
    if (colors > 1) {
      throw malformed("The pids of multiproperties refer to more than one color group");
    }
    checkBlendMethods(pids.length);
    int size = 0;
    while (nextMaterial("multi")) {
      for (String word : list("pindices")) {
        if (Lexical.index(word) < 0) {
          throw malformed("The pindices of multiproperties are not whole numbers");
        }
      }
      size++;
    }
    add(id, Kind.MULTIPROPERTIES, size);
  }

  private void checkBlendMethods(int layers) {
    String methods = xml.attribute("blendmethods");
    if (methods == null) {
      return;
    }
    String[] words = Lexical.words(methods);
    if (words.length > layers - 1 || !BLEND_METHODS.containsAll(Set.copyOf(List.of(words)))) {
      throw malformed(
          "The blendmethods of multiproperties are not one of mix and multiply a layer");
    }
  }

  // Materials and Properties Extension, chapter 6.
  private void texture() {
    int id = newId();
    if (!required("path").startsWith("/")) {
      throw malformed("The path of a texture is not absolute");
    }
    String contentType = required("contenttype");
    if (!contentType.equals("image/png") && !contentType.equals("image/jpeg")) {
      throw malformed("The contenttype of a texture is neither image/png nor image/jpeg");
    }
    for (String attribute : new String[] {"tilestyleu", "tilestylev"}) {
      String style = xml.attribute(attribute);
      if (style != null && !TILE_STYLES.contains(style)) {
        throw malformed("The tile style of a texture is not one that 3MF defines");
      }
    }
    add(id, Kind.TEXTURE, UNKNOWN_SIZE);
  }

  /** Resources of other extensions have ids too, in the same space; not all keep them unique. */
  private void foreign() {
    String text = xml.attribute("id");
    int id = text == null ? -1 : Lexical.index(text);
    if (id > 0) {
      resources.putIfAbsent(id, new Resource(Kind.FOREIGN, UNKNOWN_SIZE));
    }
  }

  private boolean nextMaterial(String name) throws IOException {
    while (xml.nextChild(3)) {
      if (xml.namespace().equals(MATERIALS) && xml.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private String required(String attribute) {
    @Nullable String value = xml.attribute(attribute);
    if (value == null) {
      throw malformed("An element " + xml.name() + " lacks its attribute " + attribute);
    }
    return value;
  }

  private int id(String attribute) {
    int id = Lexical.index(required(attribute));
    if (id < 1) {
      throw malformed(
          "The " + attribute + " of an element " + xml.name() + " is no positive whole number");
    }
    return id;
  }

  private String[] list(String attribute) {
    String[] words = Lexical.words(required(attribute));
    if (words.length == 0) {
      throw malformed("The " + attribute + " of an element " + xml.name() + " is empty");
    }
    return words;
  }

  private void color(String attribute) {
    if (!Lexical.isColor(required(attribute))) {
      throw malformed(
          "The " + attribute + " of an element " + xml.name() + " is not of the form #RRGGBB");
    }
  }

  private void number(String attribute) {
    if (!Double.isFinite(Lexical.number(required(attribute)))) {
      throw malformed("The " + attribute + " of an element " + xml.name() + " is not a number");
    }
  }

  private RefusedException malformed(String what) {
    return xml.refusal(Refusal.Code.MALFORMED, what + "; please export the model again.");
  }

  private RefusedException dangling(String what) {
    return xml.refusal(Refusal.Code.DANGLING_REFERENCE, what + "; please export the model again.");
  }
}
