package io.ktizo.core.mesh;

import static io.ktizo.core.mesh.TestPackages.accepted;
import static io.ktizo.core.mesh.TestPackages.box;
import static io.ktizo.core.mesh.TestPackages.boxMesh;
import static io.ktizo.core.mesh.TestPackages.boxTriangles;
import static io.ktizo.core.mesh.TestPackages.boxVertices;
import static io.ktizo.core.mesh.TestPackages.component;
import static io.ktizo.core.mesh.TestPackages.components;
import static io.ktizo.core.mesh.TestPackages.item;
import static io.ktizo.core.mesh.TestPackages.mesh;
import static io.ktizo.core.mesh.TestPackages.model;
import static io.ktizo.core.mesh.TestPackages.object;
import static io.ktizo.core.mesh.TestPackages.parts;
import static io.ktizo.core.mesh.TestPackages.refusal;
import static io.ktizo.core.mesh.TestPackages.relationship;
import static io.ktizo.core.mesh.TestPackages.relationships;
import static io.ktizo.core.mesh.TestPackages.threeMf;
import static io.ktizo.core.mesh.TestPackages.volume;
import static io.ktizo.core.mesh.TestPackages.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThreeMfReaderTest {

  @Test
  void a_box_comes_out_as_it_was_written() throws IOException {
    Model model = accepted(threeMf(model(box(1, 10, 20, 30), item(1))));

    assertThat(model.format()).isEqualTo(MeshFormat.THREE_MF);
    assertThat(model.unit()).isEqualTo(LengthUnit.MILLIMETRE);
    assertThat(model.mesh().triangleCount()).isEqualTo(12);
    assertThat(model.mesh().vertexCount()).isEqualTo(8);
    assertThat(volume(model.mesh())).isCloseTo(6000, within(1e-6));
    assertThat(model.notices()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "micron, 0.001",
    "millimeter, 1",
    "centimeter, 10",
    "inch, 25.4",
    "foot, 304.8",
    "meter, 1000"
  })
  void each_legal_unit_scales(String unit, double millimetres) throws IOException {
    Model model = accepted(threeMf(model("unit=\"" + unit + "\"", box(1, 1, 2, 3), item(1))));

    double[] box = box(model.mesh());
    assertThat(box[3]).isCloseTo(millimetres, within(1e-6 * millimetres));
    assertThat(box[4]).isCloseTo(2 * millimetres, within(1e-6 * millimetres));
    assertThat(box[5]).isCloseTo(3 * millimetres, within(1e-6 * millimetres));
  }

  @Test
  void without_a_unit_numbers_are_millimetres() throws IOException {
    Model model = accepted(threeMf(model("", box(1, 1, 2, 3), item(1))));

    assertThat(model.unit()).isEqualTo(LengthUnit.MILLIMETRE);
    assertThat(volume(model.mesh())).isCloseTo(6, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Millimeter", "MM", "millimetre", "", "lightyear"})
  void a_unit_that_3mf_does_not_know_is_refused(String unit) throws IOException {
    Refusal refusal = refusal(threeMf(model("unit=\"" + unit + "\"", box(1, 1, 2, 3), item(1))));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.MALFORMED);
    assertThat(refusal.message()).contains("unit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,5", "NaN", "INF", "0x10", "", "1d", "1e400", "--1", "1e"})
  void a_coordinate_that_is_no_decimal_number_is_refused(String x) throws IOException {
    String broken = boxVertices(1, 1, 1).replaceFirst("x=\"0.0\"", "x=\"" + x + "\"");
    Refusal refusal =
        refusal(threeMf(model(object(1, "", mesh(broken, boxTriangles(0))), item(1))));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.BAD_COORDINATE);
    assertThat(refusal.location()).isEqualTo("3D/3dmodel.model, object 1, vertex 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {" 2 ", "+2", "2.0", "0.2e1", "20E-1", "2.00000000000000000000001"})
  void every_lexical_form_of_a_number_means_the_number(String two) throws IOException {
    String vertices = boxVertices(7, 1, 1).replace("x=\"7.0\"", "x=\"" + two + "\"");
    Model model = accepted(threeMf(model(object(1, "", mesh(vertices, boxTriangles(0))), item(1))));

    assertThat(volume(model.mesh())).isCloseTo(2, within(1e-6));
  }

  @Test
  void item_transforms_come_after_component_transforms() throws IOException {
    // The component moves by 10 along x; the item then turns x into y and doubles.
    String resources =
        box(1, 1, 1, 1)
            + object(
                2,
                "",
                components("<component objectid=\"1\" transform=\"1 0 0 0 1 0 0 0 1 10 0 0\"/>"));
    Model model =
        accepted(threeMf(model(resources, item(2, "transform=\"0 2 0 -2 0 0 0 0 2 100 0 0\""))));

    assertThat(box(model.mesh())).containsExactly(98, 20, 0, 100, 22, 2);
    assertThat(volume(model.mesh())).isCloseTo(8, within(1e-5));
  }

  @Test
  void a_mirroring_transform_keeps_the_outside_out() throws IOException {
    Model model =
        accepted(
            threeMf(model(box(1, 1, 2, 3), item(1, "transform=\"-1 0 0 0 1 0 0 0 1 0 0 0\""))));

    assertThat(volume(model.mesh())).isCloseTo(6, within(1e-6));
  }

  @Test
  void two_mirrors_one_in_the_other_keep_the_outside_out() throws IOException {
    String mirrored = "<component objectid=\"1\" transform=\"1 0 0 0 -1 0 0 0 1 0 0 0\"/>";
    Model model =
        accepted(
            threeMf(
                model(
                    box(1, 1, 2, 3) + object(2, "", components(mirrored)),
                    item(2, "transform=\"-1 0 0 0 1 0 0 0 1 0 0 0\""))));

    assertThat(volume(model.mesh())).isCloseTo(6, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 0 0 0 1 0 0 0 1 0 0",
        "1 0 0 0 1 0 0 0 1 0 0 0 0",
        "1 0 0 0 1 0 0 0 x 0 0 0",
        "0 0 0 0 0 0 0 0 0 0 0 0",
        "1 0 0 1 0 0 0 0 1 0 0 0"
      })
  void a_transform_that_is_none_or_flattens_is_refused(String transform) throws IOException {
    Refusal refusal =
        refusal(threeMf(model(box(1, 1, 1, 1), item(1, "transform=\"" + transform + "\""))));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.MALFORMED);
    assertThat(refusal.message()).contains("transform");
  }

  @Test
  void only_what_the_build_names_is_printed() throws IOException {
    Model model = accepted(threeMf(model(box(1, 1, 1, 1) + box(2, 5, 5, 5), item(1) + item(1))));

    assertThat(model.bodies()).hasSize(2);
    assertThat(model.mesh().triangleCount()).isEqualTo(24);
    assertThat(volume(model.mesh())).isCloseTo(2, within(1e-6));
  }

  @Test
  void supports_and_surfaces_are_left_out_with_a_notice() throws IOException {
    String resources =
        box(1, 2, 2, 2)
            + object(2, "type=\"support\"", boxMesh(1, 1, 1))
            + object(3, "type=\"surface\"", boxMesh(1, 1, 1))
            + object(4, "type=\"solidsupport\"", boxMesh(1, 1, 1));
    Model model = accepted(threeMf(model(resources, item(1) + item(2) + item(3) + item(4))));

    assertThat(volume(model.mesh())).isCloseTo(9, within(1e-6));
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly("3mf.support-left-out", "3mf.surface-left-out");
  }

  @Test
  void an_object_of_type_other_may_not_be_built_even_inside_another() throws IOException {
    String resources =
        object(1, "type=\"other\"", boxMesh(1, 1, 1)) + object(2, "", components(component(1)));
    Refusal refusal = refusal(threeMf(model(resources, item(2))));

    assertThat(refusal.message()).contains("type other");
    assertThat(refusal.location()).isEqualTo("3D/3dmodel.model, object 1");
  }

  @Test
  void an_item_marked_as_not_printable_is_left_out() throws IOException {
    Model model =
        accepted(
            threeMf(
                model(
                    box(1, 1, 1, 1) + box(2, 3, 3, 3),
                    item(1, "printable=\"1\"") + item(2, "printable=\"0\""))));

    assertThat(volume(model.mesh())).isCloseTo(1, within(1e-6));
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly("3mf.not-printable-left-out");
  }

  @Test
  void a_build_of_which_nothing_is_printed_is_refused_as_empty() throws IOException {
    assertThat(refusal(threeMf(model(box(1, 1, 1, 1), item(1, "printable=\"0\"")))).code())
        .isEqualTo(Refusal.Code.EMPTY);
    assertThat(refusal(threeMf(model(box(1, 1, 1, 1), ""))).code()).isEqualTo(Refusal.Code.EMPTY);
  }

  @Test
  void a_sliced_project_without_a_model_needs_a_person() throws IOException {
    Map<String, String> parts = parts(model("", ""));
    parts.put("Metadata/plate_1.gcode", "G28\nG1 X10\n");

    assertThat(refusal(zip(parts)).code()).isEqualTo(Refusal.Code.NEEDS_REVIEW);
  }

  @Test
  void prusa_modifiers_within_a_mesh_are_left_out() throws IOException {
    // Three boxes in one mesh: the part (8), a modifier (1000), a support blocker (27).
    String vertices = boxVertices(2, 2, 2) + boxVertices(10, 10, 10) + boxVertices(3, 3, 3);
    String triangles = boxTriangles(0) + boxTriangles(8) + boxTriangles(16);
    Map<String, String> parts = parts(model(object(1, "", mesh(vertices, triangles)), item(1)));
    parts.put(
        "Metadata/Slic3r_PE_model.config",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <config><object id="1">
          <volume firstid="0" lastid="11"><metadata type="volume" key="volume_type" value="ModelPart"/></volume>
          <volume firstid="12" lastid="23"><metadata type="volume" key="modifier" value="1"/>
            <metadata type="volume" key="volume_type" value="ParameterModifier"/></volume>
          <volume firstid="24" lastid="35"><metadata type="volume" key="volume_type" value="SupportBlocker"/></volume>
        </object></config>
        """);
    Model model = accepted(zip(parts));

    assertThat(volume(model.mesh())).isCloseTo(8, within(1e-6));
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly("3mf.modifier-volume-left-out", "3mf.support-volume-left-out");
  }

  @Test
  void bambu_parts_that_are_not_printed_are_left_out_and_plates_are_kept() throws IOException {
    String outer =
        object(
                10,
                "",
                components(
                    "<component p:path=\"/3D/Objects/a.model\" objectid=\"1\"/>",
                    "<component p:path=\"/3D/Objects/a.model\" objectid=\"2\"/>",
                    "<component p:path=\"/3D/Objects/a.model\" objectid=\"3\"/>"))
            + object(11, "", components(component(10)));
    Map<String, String> parts =
        parts(model("requiredextensions=\"p\"", outer, item(10) + item(10) + item(11)));
    parts.put(
        "3D/Objects/a.model", model(box(1, 2, 2, 2) + box(2, 10, 10, 10) + box(3, 1, 1, 1), ""));
    parts.put(
        "3D/_rels/3dmodel.model.rels",
        relationships(relationship(TestPackages.MODEL_TYPE, "/3D/Objects/a.model")));
    parts.put(
        "Metadata/model_settings.config",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <config>
          <object id="10"><metadata key="name" value="x"/>
            <part id="1" subtype="normal_part"/>
            <part id="2" subtype="modifier_part"/>
            <part id="3" subtype="negative_part"/>
          </object>
          <plate><metadata key="plater_id" value="1"/>
            <model_instance><metadata key="object_id" value="10"/><metadata key="instance_id" value="0"/></model_instance>
          </plate>
          <plate><metadata key="plater_id" value="2"/>
            <model_instance><metadata key="object_id" value="10"/><metadata key="instance_id" value="1"/></model_instance>
          </plate>
        </config>
        """);
    Model model = accepted(zip(parts));

    assertThat(volume(model.mesh())).isCloseTo(24, within(1e-5));
    assertThat(model.bodies()).extracting(Model.Body::plate).containsExactly(1, 2, 1);
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly(
            "3mf.modifier-volume-left-out",
            "3mf.negative-volume-left-out",
            "3mf.object-outside-plates");
  }

  @Test
  void cura_helper_meshes_are_left_out() throws IOException {
    String cura =
        object(
            2,
            "xmlns:cura=\"http://software.ultimaker.com/xml/cura/3mf/2015/10\"",
            "<metadatagroup><metadata name=\"cura:support_mesh\">True</metadata></metadatagroup>"
                + boxMesh(9, 9, 9));
    Model model = accepted(threeMf(model(box(1, 1, 1, 1) + cura, item(1) + item(2))));

    assertThat(volume(model.mesh())).isCloseTo(1, within(1e-6));
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly("3mf.support-volume-left-out");
  }

  @Test
  void a_path_leads_to_another_model_part_in_its_own_unit() throws IOException {
    Map<String, String> parts = parts(model("", item(5, "p:path=\"/3D/other.model\"")));
    parts.put("3D/other.model", model("unit=\"centimeter\"", box(5, 1, 1, 1), item(5)));
    parts.put(
        "3D/_rels/3dmodel.model.rels",
        relationships(relationship(TestPackages.MODEL_TYPE, "other.model")));

    Model model = accepted(zip(parts));

    assertThat(volume(model.mesh())).isCloseTo(1000, within(1e-3));
    assertThat(model.mesh().triangleCount()).isEqualTo(12);
  }

  @Test
  void a_path_without_relationship_or_part_is_refused() throws IOException {
    Map<String, String> unrelated = parts(model("", item(5, "p:path=\"/3D/other.model\"")));
    unrelated.put("3D/other.model", model(box(5, 1, 1, 1), ""));
    Map<String, String> missing = parts(model("", item(5, "p:path=\"/3D/other.model\"")));
    missing.put(
        "3D/_rels/3dmodel.model.rels",
        relationships(relationship(TestPackages.MODEL_TYPE, "other.model")));

    assertThat(refusal(zip(unrelated)).code()).isEqualTo(Refusal.Code.DANGLING_REFERENCE);
    assertThat(refusal(zip(missing)).code()).isEqualTo(Refusal.Code.DANGLING_REFERENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/3D/../../../etc/passwd",
        "../x.model",
        "http://example.org/x.model",
        "file:///etc/passwd",
        "//host/share/x.model",
        "/3D\\\\x.model",
        "C:/x.model",
        ""
      })
  void a_relationship_that_leaves_the_package_is_refused(String target) throws IOException {
    Map<String, String> parts = parts(model(box(1, 1, 1, 1), item(1)));
    parts.put("_rels/.rels", relationships(relationship(TestPackages.MODEL_TYPE, target)));

    Refusal refusal = refusal(zip(parts));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.INVALID_PACKAGE);
    assertThat(refusal.location()).startsWith("_rels/.rels");
  }

  @Test
  void part_names_ignore_capitals_and_the_start_part_may_have_any_name() throws IOException {
    Map<String, String> parts = parts(model(box(1, 1, 1, 1), item(1)));
    String model = String.valueOf(parts.remove("3D/3dmodel.model"));
    parts.put("Somewhere/ELSE.Model", model);
    parts.put(
        "_rels/.rels",
        relationships(relationship(TestPackages.MODEL_TYPE, "somewhere/else.model")));

    assertThat(accepted(zip(parts)).mesh().triangleCount()).isEqualTo(12);
  }

  @Test
  void a_package_with_no_or_two_start_parts_is_refused() throws IOException {
    Map<String, String> none = parts(model(box(1, 1, 1, 1), item(1)));
    none.put("_rels/.rels", relationships());
    Map<String, String> two = parts(model(box(1, 1, 1, 1), item(1)));
    two.put("3D/second.model", model(box(1, 1, 1, 1), item(1)));
    two.put(
        "_rels/.rels",
        relationships(
            relationship(TestPackages.MODEL_TYPE, "/3D/3dmodel.model"),
            relationship(TestPackages.MODEL_TYPE, "/3D/second.model")));

    assertThat(refusal(zip(none)).code()).isEqualTo(Refusal.Code.INVALID_PACKAGE);
    assertThat(refusal(zip(two)).message()).contains("more than one");
  }

  @Test
  void a_missing_thumbnail_is_refused_unless_pictures_were_stripped() throws IOException {
    Map<String, String> parts = parts(model(box(1, 1, 1, 1), item(1)));
    parts.put(
        "_rels/.rels",
        relationships(
            relationship(TestPackages.MODEL_TYPE, "/3D/3dmodel.model"),
            relationship(TestPackages.THUMBNAIL_TYPE, "/Metadata/thumbnail.png")));
    assertThat(refusal(zip(parts)).message()).contains("thumbnail");

    parts.put(
        "[Content_Types].xml",
        TestPackages.CONTENT_TYPES.replaceAll("<Default Extension=\"png\"[^>]*>", ""));
    assertThat(accepted(zip(parts)).mesh().triangleCount()).isEqualTo(12);
  }

  @Test
  void shapes_that_are_not_triangles_are_said_to_be_unsupported() throws IOException {
    String lattice =
        object(
            1,
            "",
            "<mesh><vertices>%s</vertices><triangles/><b:beamlattice radius=\"1\"/></mesh>"
                .formatted(boxVertices(1, 1, 1)));
    String sliced = object(1, "s:slicestackid=\"3\" s:meshresolution=\"lowres\"", boxMesh(1, 1, 1));

    assertThat(refusal(threeMf(model(lattice, item(1)))).code())
        .isEqualTo(Refusal.Code.UNSUPPORTED_FEATURE);
    assertThat(refusal(threeMf(model(sliced, item(1)))).code())
        .isEqualTo(Refusal.Code.UNSUPPORTED_FEATURE);
    // What is not built does no harm.
    assertThat(accepted(threeMf(model(lattice + box(2, 1, 1, 1), item(2)))).bodies()).hasSize(1);
  }

  @Test
  void an_encrypted_package_is_said_to_be_encrypted() throws IOException {
    Map<String, String> parts = parts(model(box(1, 1, 1, 1), item(1)));
    parts.put(
        "_rels/.rels",
        relationships(
            relationship(TestPackages.MODEL_TYPE, "/3D/3dmodel.model"),
            relationship(
                "http://schemas.microsoft.com/3dmanufacturing/2019/04/keystore",
                "/Secure/keystore.xml")));

    assertThat(refusal(zip(parts)).code()).isEqualTo(Refusal.Code.ENCRYPTED);
  }

  @Test
  void an_unknown_extension_is_ignored_unless_it_is_required() throws IOException {
    String vendor = "xmlns:v=\"https://vendor.example/3mf\"";
    String resources = "<v:thing id=\"1\"><v:inner/></v:thing>" + box(1, 1, 1, 1);

    assertThat(accepted(threeMf(model(vendor, resources, item(1, "v:note=\"1\"")))).bodies())
        .hasSize(1);
    Refusal refusal =
        refusal(threeMf(model(vendor + " requiredextensions=\"v\"", resources, item(1))));
    assertThat(refusal.code()).isEqualTo(Refusal.Code.UNSUPPORTED_FEATURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE model [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>",
        "<!DOCTYPE model SYSTEM \"http://127.0.0.1:9/never.dtd\">",
        "<!DOCTYPE model [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>",
        "<!DOCTYPE model [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p\"> %p;]>"
      })
  void a_document_type_declaration_is_refused_before_it_does_anything(String doctype)
      throws IOException {
    String document = model(box(1, 1, 1, 1), item(1)).replaceFirst("<model", doctype + "<model");
    Refusal refusal = refusal(threeMf(document));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.MALFORMED);
    assertThat(refusal.message()).contains("DTD");
  }

  @Test
  void two_to_the_thirtieth_instances_are_refused_at_once() throws IOException {
    StringBuilder resources = new StringBuilder(box(1, 1, 1, 1));
    for (int id = 2; id <= 31; id++) {
      resources.append(object(id, "", components(component(id - 1), component(id - 1))));
    }
    long start = System.nanoTime();
    Refusal refusal = refusal(threeMf(model(resources.toString(), item(31))));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.TOO_COMPLEX);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void instances_of_nothing_are_bounded_too() throws IOException {
    StringBuilder resources = new StringBuilder(object(1, "type=\"support\"", boxMesh(1, 1, 1)));
    for (int id = 2; id <= 31; id++) {
      resources.append(object(id, "", components(component(id - 1), component(id - 1))));
    }

    assertThat(refusal(threeMf(model(resources.toString(), item(31)))).code())
        .isEqualTo(Refusal.Code.TOO_COMPLEX);
  }

  @Test
  void components_nested_too_deep_or_in_a_circle_are_refused() throws IOException {
    StringBuilder chain = new StringBuilder(box(1, 1, 1, 1));
    for (int id = 2; id <= 5000; id++) {
      chain.append(object(id, "", components(component(id - 1))));
    }
    String circle =
        object(1, "", components(component(2))) + object(2, "", components(component(1)));

    assertThat(refusal(threeMf(model(chain.toString(), item(5000)))).code())
        .isEqualTo(Refusal.Code.TOO_COMPLEX);
    // Each of these is near the surface once the ones below it are known.
    assertThat(
            refusal(threeMf(model(chain.toString(), item(30) + item(60) + item(90) + item(5000))))
                .code())
        .isEqualTo(Refusal.Code.TOO_COMPLEX);
    Refusal circular = refusal(threeMf(model(circle, item(1))));
    assertThat(circular.code()).isEqualTo(Refusal.Code.MALFORMED);
    assertThat(circular.message()).contains("contains itself");
  }

  @Test
  void elements_nested_too_deep_are_refused() throws IOException {
    String deep = "<v:a xmlns:v=\"urn:v\">".repeat(50) + "</v:a>".repeat(50);

    assertThat(refusal(threeMf(model(deep + box(1, 1, 1, 1), item(1)))).code())
        .isEqualTo(Refusal.Code.TOO_COMPLEX);
  }

  @Test
  void a_comment_of_any_size_stays_out_of_memory() throws IOException {
    String comment = "<!-- " + "x".repeat(6 << 20) + " -->";

    Refusal refusal = refusal(threeMf(model(comment + box(1, 1, 1, 1), item(1))), generous());

    assertThat(refusal.code()).isEqualTo(Refusal.Code.TOO_COMPLEX);
  }

  private static MeshLimits generous() {
    return new MeshLimits(1 << 26, 1 << 28, 100_000, 100, 1000, 32, Duration.ofSeconds(20));
  }

  @Test
  void more_triangles_or_points_than_allowed_are_refused() throws IOException {
    MeshLimits eleven = new MeshLimits(1 << 20, 1 << 20, 200, 20, 11, 32, Duration.ofSeconds(5));

    assertThat(refusal(threeMf(model(box(1, 1, 1, 1), item(1))), eleven).code())
        .isEqualTo(Refusal.Code.TOO_COMPLEX);
  }

  @Test
  void a_triangle_that_points_nowhere_is_refused_with_its_place() throws IOException {
    String triangles = boxTriangles(0).replaceFirst("v2=\"3\"", "v2=\"8\"");
    Refusal refusal =
        refusal(threeMf(model(object(4, "", mesh(boxVertices(1, 1, 1), triangles)), item(4))));

    assertThat(refusal.code()).isEqualTo(Refusal.Code.DANGLING_REFERENCE);
    assertThat(refusal.location()).startsWith("3D/3dmodel.model, object 4, triangle");
  }

  @Test
  void a_model_in_utf_16_with_a_byte_order_mark_is_read_and_other_encodings_are_not()
      throws IOException {
    String document = model(box(1, 1, 1, 1), item(1));
    byte[] utf16 =
        ("\uFEFF" + document.replace("UTF-8", "UTF-16")).getBytes(StandardCharsets.UTF_16BE);
    byte[] latin = document.replace("UTF-8", "ISO-8859-1").getBytes(StandardCharsets.ISO_8859_1);

    assertThat(accepted(withRawModel(utf16)).bodies()).hasSize(1);
    assertThat(refusal(withRawModel(latin)).message()).contains("UTF-8");
  }

  private static byte[] withRawModel(byte[] model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> part : parts("").entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(
            part.getValue().isEmpty() ? model : part.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void refusals_name_no_part_that_a_customer_named() throws IOException {
    Map<String, String> parts = parts("<model>");
    String model = String.valueOf(parts.remove("3D/3dmodel.model"));
    parts.put("3D/Jane Doe.model", model);
    parts.put(
        "_rels/.rels",
        relationships(relationship(TestPackages.MODEL_TYPE, "/3D/Jane%20Doe.model")));

    Refusal refusal = refusal(zip(parts));

    assertThat(List.of(refusal.location(), refusal.message()))
        .noneMatch(text -> text.contains("Jane"));
    assertThat(refusal.location()).startsWith("entry 3");
  }

  @Test
  void a_project_file_of_a_slicer_that_is_damaged_is_refused_rather_than_misread()
      throws IOException {
    Map<String, String> parts = parts(model(box(1, 1, 1, 1), item(1)));
    parts.put(
        "Metadata/Slic3r_PE_model.config", "<config><object id=\"1\"><volume firstid=\"0\"/>");

    assertThat(refusal(zip(parts)).code()).isEqualTo(Refusal.Code.MALFORMED);
  }
}
