package io.ktizo.core.mesh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What slicer programs add to a 3MF file beside the standard: which parts of the geometry are not
 * to be printed but only steer the slicer, and which object lies on which build plate.
 *
 * <p>Two dialects. Slic3r PE and PrusaSlicer write {@code Metadata/Slic3r_PE_model.config}: runs of
 * triangles of one mesh, each with a {@code volume_type}. BambuStudio and OrcaSlicer write {@code
 * Metadata/model_settings.config}: the components of an object, each with a {@code subtype}, and
 * the plates with the objects on them. To a reader of the standard alone a modifier looks like any
 * other body; in one project of the test corpus that doubles the volume.
 */
final class SlicerProject {
  private static final String SLIC3R_CONFIG = "/Metadata/Slic3r_PE_model.config";
  private static final String BAMBU_CONFIG = "/Metadata/model_settings.config";

  /** What a piece of geometry is there for. */
  enum Role {
    PRINTED,
    /** Changes settings where it is. */
    MODIFIER,
    /** Is cut out of the other volumes. */
    NEGATIVE,
    /** Says where supports shall be or not be. */
    SUPPORT_HINT;

    /** Reads the words of both dialects; what nobody knows is printed. */
    static Role of(String word) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "parametermodifier", "modifier_part", "modifierpart" -> MODIFIER;
        case "negativevolume", "negative_part", "negativepart" -> NEGATIVE;
        case "supportenforcer", "supportblocker", "support_enforcer", "support_blocker" ->
            SUPPORT_HINT;
        default -> PRINTED;
      };
    }
  }

  /** A run of triangles of one object's mesh, both ends included. */
  record Run(int first, int last, Role role) {}

  private record PartKey(int object, int part) {}

  private record InstanceKey(int object, int instance) {}

  private final Map<Integer, List<Run>> runs = new HashMap<>();
  private final Map<PartKey, Role> parts = new HashMap<>();
  private final Map<InstanceKey, Integer> plates = new HashMap<>();
  private boolean hasPlates;

  private SlicerProject() {}

  /**
   * Reads whichever of the two files there is; a file of neither program gives an empty project.
   */
  static SlicerProject of(OpcPackage opc) throws IOException {
    SlicerProject project = new SlicerProject();
    ZipPackage.Entry slic3r = opc.part(SLIC3R_CONFIG);
    if (slic3r != null) {
      try (XmlCursor xml = opc.open(slic3r, SLIC3R_CONFIG.substring(1), element -> {})) {
        project.readSlic3r(xml);
      }
    }
    ZipPackage.Entry bambu = opc.part(BAMBU_CONFIG);
    if (bambu != null) {
      try (XmlCursor xml = opc.open(bambu, BAMBU_CONFIG.substring(1), element -> {})) {
        project.readBambu(xml);
      }
    }
    return project;
  }

  /** The runs of triangles that are not printed, in an object of the root model. */
  List<Run> runsOf(int object) {
    return runs.getOrDefault(object, List.of());
  }

  /** What a component of an object of the root model is there for. */
  Role roleOf(int object, int component) {
    return parts.isEmpty()
        ? Role.PRINTED
        : parts.getOrDefault(new PartKey(object, component), Role.PRINTED);
  }

  /** Whether the project says on which plate its objects lie. */
  boolean hasPlates() {
    return hasPlates;
  }

  /**
   * The plate that an instance of an object lies on, from 1.
   *
   * @param instance counts the build items of the object, from 0
   * @return {@code null} if it lies on none
   */
  @Nullable Integer plateOf(int object, int instance) {
    return plates.get(new InstanceKey(object, instance));
  }

  private void readSlic3r(XmlCursor xml) throws IOException {
    while (xml.nextChild(1)) {
      if (!xml.name().equals("object")) {
        continue;
      }
      int object = number(xml, "id");
      while (xml.nextChild(2)) {
        if (xml.name().equals("volume")) {
          int first = number(xml, "firstid");
          int last = number(xml, "lastid");
          Role role = slic3rRole(xml);
          if (role != Role.PRINTED) {
            runs.computeIfAbsent(object, id -> new ArrayList<>()).add(new Run(first, last, role));
          }
        }
      }
    }
  }

  private static Role slic3rRole(XmlCursor xml) throws IOException {
    Role role = Role.PRINTED;
    while (xml.nextChild(3)) {
      String key = xml.attribute("key");
      String value = xml.attribute("value");
      if (!xml.name().equals("metadata") || key == null || value == null) {
        continue;
      }
      if (key.equals("volume_type")) {
        role = Role.of(value);
      } else if (key.equals("modifier") && value.equals("1") && role == Role.PRINTED) {
        // What files had before there were volume types.
        role = Role.MODIFIER;
      }
    }
    return role;
  }

  private void readBambu(XmlCursor xml) throws IOException {
    while (xml.nextChild(1)) {
      switch (xml.name()) {
        case "object" -> readBambuObject(xml);
        case "plate" -> readBambuPlate(xml);
        default -> {
          // Settings that say nothing about what is printed.
        }
      }
    }
  }

  private void readBambuObject(XmlCursor xml) throws IOException {
    int object = number(xml, "id");
    while (xml.nextChild(2)) {
      String subtype = xml.attribute("subtype");
      if (xml.name().equals("part") && subtype != null) {
        Role role = Role.of(subtype);
        if (role != Role.PRINTED) {
          parts.put(new PartKey(object, number(xml, "id")), role);
        }
      }
    }
  }

  private void readBambuPlate(XmlCursor xml) throws IOException {
    int plate = 1;
    List<InstanceKey> instances = new ArrayList<>();
    while (xml.nextChild(2)) {
      if (xml.name().equals("metadata") && "plater_id".equals(xml.attribute("key"))) {
        plate = Math.max(1, number(xml, "value"));
      } else if (xml.name().equals("model_instance")) {
        int object = -1;
        int instance = 0;
        while (xml.nextChild(3)) {
          String key = xml.attribute("key");
          if ("object_id".equals(key)) {
            object = number(xml, "value");
          } else if ("instance_id".equals(key)) {
            instance = number(xml, "value");
          }
        }
        instances.add(new InstanceKey(object, instance));
      }
    }
    for (InstanceKey instance : instances) {
      plates.putIfAbsent(instance, plate);
      hasPlates = true;
    }
  }

  private static int number(XmlCursor xml, String attribute) {
    String value = xml.attribute(attribute);
    int number = value == null ? -1 : Lexical.index(value);
    if (number < 0) {
      throw xml.refusal(
          Refusal.Code.MALFORMED,
          "The slicer's notes about the model lack a number, so we cannot tell which parts are"
              + " printed; please save the project again.");
    }
    return number;
  }
}
