package io.ktizo.core.mesh;

import static io.ktizo.core.mesh.TestPackages.accepted;
import static io.ktizo.core.mesh.TestPackages.box;
import static io.ktizo.core.mesh.TestPackages.refusal;
import static io.ktizo.core.mesh.TestPackages.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmfReaderTest {
  /** A tetrahedron with its right angle at the origin and legs of 1, 2 and 3: volume 1. */
  private static final String VERTICES =
      "<vertices>"
          + vertex(0, 0, 0)
          + vertex(1, 0, 0)
          + vertex(0, 2, 0)
          + vertex(0, 0, 3)
          + "</vertices>";

  private static final String TRIANGLES =
      triangle(0, 2, 1) + triangle(0, 1, 3) + triangle(0, 3, 2) + triangle(1, 2, 3);

  private static String vertex(int x, int y, int z) {
    return "<vertex><coordinates><x>%d</x><y> %d </y><z>%d</z></coordinates></vertex>"
        .formatted(x, y, z);
  }

  private static String triangle(int a, int b, int c) {
    return "<triangle><v1>%d</v1><v2>%d</v2><v3>%d</v3></triangle>".formatted(a, b, c);
  }

  private static String object(int id, String volumes) {
    return "<object id=\"%d\"><mesh>%s%s</mesh></object>".formatted(id, VERTICES, volumes);
  }

  private static String tetrahedron(int id) {
    return object(id, "<volume>" + TRIANGLES + "</volume>");
  }

  private static String instance(int objectId, String placement) {
    return "<instance objectid=\"%d\">%s</instance>".formatted(objectId, placement);
  }

  private static byte[] amf(String content) {
    return amf("", content);
  }

  private static byte[] amf(String attributes, String content) {
    return "<?xml version=\"1.0\"?><amf %s>%s</amf>"
        .formatted(attributes, content)
        .getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "millimeter, 1",
    "inch, 25.4",
    "feet, 304.8",
    "meter, 1000",
    "micron, 0.001",
    "micrometer, 0.001"
  })
  void each_unit_scales(String unit, double millimetres) throws IOException {
    Model model = accepted(amf("unit=\"" + unit + "\"", tetrahedron(1)));

    double cubed = millimetres * millimetres * millimetres;
    assertThat(model.format()).isEqualTo(MeshFormat.AMF);
    assertThat(volume(model.mesh())).isCloseTo(cubed, within(1e-5 * cubed));
  }

  @Test
  void a_zipped_file_reads_like_a_plain_one() throws IOException {
    byte[] plain = amf(tetrahedron(1));
    byte[] zipped = TestPackages.zip(Map.of("part.amf", new String(plain, StandardCharsets.UTF_8)));

    assertThat(accepted(zipped)).isEqualTo(accepted(plain));
  }

  @Test
  void an_instance_is_turned_about_x_then_y_then_z_and_then_moved() throws IOException {
    // About x by 90 degrees: (x, y, z) to (x, -z, y); then about z by 90: to (z, x, y).
    String placement =
        "<deltax>10</deltax><deltay>20</deltay><deltaz>30</deltaz><rx>90</rx><rz>90</rz>";
    Model model =
        accepted(
            amf(
                tetrahedron(1)
                    + "<constellation id=\"2\">"
                    + instance(1, placement)
                    + "</constellation>"));

    double[] expected = {10, 20, 30, 13, 21, 32};
    double[] box = box(model.mesh());
    for (int i = 0; i < expected.length; i++) {
      assertThat(box[i]).isCloseTo(expected[i], within(1e-5));
    }
    assertThat(volume(model.mesh())).isCloseTo(1, within(1e-5));
  }

  @Test
  void constellations_nest_and_objects_in_none_are_printed_too() throws IOException {
    String content =
        tetrahedron(1)
            + tetrahedron(2)
            + "<constellation id=\"3\">"
            + instance(1, "")
            + instance(1, "<deltax>5</deltax>")
            + "</constellation><constellation id=\"4\">"
            + instance(3, "")
            + instance(3, "<deltay>5</deltay>")
            + "</constellation>";
    Model model = accepted(amf(content));

    assertThat(model.bodies()).hasSize(5);
    assertThat(volume(model.mesh())).isCloseTo(5, within(1e-5));
  }

  @Test
  void several_volumes_make_one_object_without_its_supports_and_modifiers() throws IOException {
    String content =
        object(
            1,
            "<volume>"
                + triangle(0, 2, 1)
                + triangle(0, 1, 3)
                + "</volume>"
                + "<volume>"
                + triangle(0, 3, 2)
                + triangle(1, 2, 3)
                + "</volume>"
                + "<volume type=\"support\">"
                + TRIANGLES
                + "</volume>"
                + "<volume><metadata type=\"slic3r.modifier\">1</metadata>"
                + TRIANGLES
                + "</volume>");
    Model model = accepted(amf(content));

    assertThat(model.mesh().triangleCount()).isEqualTo(4);
    assertThat(volume(model.mesh())).isCloseTo(1, within(1e-6));
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly("amf.support-left-out", "amf.modifier-volume-left-out");
  }

  @Test
  void curved_triangles_are_read_flat_with_a_notice() throws IOException {
    String curved =
        tetrahedron(1)
            .replaceFirst(
                "</coordinates>", "</coordinates><normal><nx>0</nx><ny>0</ny><nz>1</nz></normal>");
    Model model = accepted(amf(curved));

    assertThat(volume(model.mesh())).isCloseTo(1, within(1e-6));
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly("amf.curved-triangles-flattened");
  }

  @Test
  void references_to_nothing_circles_and_explosions_are_refused() throws IOException {
    StringBuilder doubling = new StringBuilder(tetrahedron(1));
    for (int id = 2; id <= 31; id++) {
      doubling
          .append("<constellation id=\"" + id + "\">")
          .append(instance(id - 1, ""))
          .append(instance(id - 1, ""))
          .append("</constellation>");
    }
    StringBuilder chain = new StringBuilder(tetrahedron(1));
    for (int id = 2; id <= 5000; id++) {
      chain.append("<constellation id=\"" + id + "\">" + instance(id - 1, "") + "</constellation>");
    }
    String circle =
        tetrahedron(1)
            + "<constellation id=\"2\">"
            + instance(3, "")
            + "</constellation>"
            + "<constellation id=\"3\">"
            + instance(2, "")
            + "</constellation>";

    assertThat(refusal(amf(doubling.toString())).code()).isEqualTo(Refusal.Code.TOO_COMPLEX);
    assertThat(refusal(amf(chain.toString())).code()).isEqualTo(Refusal.Code.TOO_COMPLEX);
    assertThat(refusal(amf(circle)).code()).isEqualTo(Refusal.Code.MALFORMED);
    assertThat(
            refusal(
                    amf(
                        tetrahedron(1)
                            + "<constellation id=\"2\">"
                            + instance(9, "")
                            + "</constellation>"))
                .code())
        .isEqualTo(Refusal.Code.DANGLING_REFERENCE);
    assertThat(refusal(amf(tetrahedron(1).replace("<v3>3", "<v3>4"))).code())
        .isEqualTo(Refusal.Code.DANGLING_REFERENCE);
    assertThat(refusal(amf(tetrahedron(1) + tetrahedron(1))).message()).contains("same id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "1,5", "1e39", ""})
  void a_bad_coordinate_is_refused(String x) throws IOException {
    assertThat(refusal(amf(tetrahedron(1).replaceFirst("<x>1</x>", "<x>" + x + "</x>"))).code())
        .isEqualTo(Refusal.Code.BAD_COORDINATE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE amf [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>",
        "<!DOCTYPE amf SYSTEM \"http://127.0.0.1:9/never.dtd\">",
        "<!DOCTYPE amf [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
      })
  void a_document_type_declaration_is_refused(String doctype) throws IOException {
    byte[] file =
        ("<?xml version=\"1.0\"?>" + doctype + "<amf>" + tetrahedron(1) + "</amf>")
            .getBytes(StandardCharsets.UTF_8);

    assertThat(refusal(file).message()).contains("DTD");
  }

  @Test
  void xinclude_is_an_element_like_any_other() throws IOException {
    String include =
        "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/hostname\"/>";

    assertThat(accepted(amf(include + tetrahedron(1))).mesh().triangleCount()).isEqualTo(4);
  }
}
