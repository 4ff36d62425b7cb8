package io.ktizo.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParsedSqlTest {
  @Test
  void names_become_question_marks_in_their_order() {
    ParsedSql sql = ParsedSql.of("SELECT a FROM t WHERE b = :b AND (c = :c_2 OR d = :b)");
    assertThat(sql.jdbc()).isEqualTo("SELECT a FROM t WHERE b = ? AND (c = ? OR d = ?)");
    assertThat(sql.names()).isEqualTo(List.of("b", "c_2", "b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a::text",
        "SELECT '2026-01-01'::timestamptz AT TIME ZONE 'x'::text",
        "SELECT ':a', ':b?', 'it''s :c'",
        "SELECT E'it\\'s :a', e'\\\\', ':b'",
        "SELECT \":a\", \"say \"\":b\"\" \"",
        "SELECT 1 -- :a 'open ?",
        "SELECT 1 -- :a\n, 2",
        "SELECT 1 /* :a /* nested ? */ 'still :b */, 2",
        "SELECT $$ :a ' ? $$, $tag$ :b $$ $tag$",
        "SELECT a$b, x$1, $1",
        "SELECT tags[1:2] FROM t",
        "a := b",
        "SELECT 4 - 2 / 2, 'x' || ':'",
        "SELECT 1:",
        "SELECT name'x'"
      })
  void what_is_no_parameter_is_left_alone(String text) {
    ParsedSql sql = ParsedSql.of(text);
    assertThat(sql.jdbc()).isEqualTo(text);
    assertThat(sql.names()).isEmpty();
  }

  @Test
  void parameters_stand_right_beside_other_signs() {
    ParsedSql sql = ParsedSql.of("SELECT :a::uuid,:b+1,(:c)::text,-:d/:e,:f--:g\n||:h/*:i*/;");
    assertThat(sql.jdbc()).isEqualTo("SELECT ?::uuid,?+1,(?)::text,-?/?,?--:g\n||?/*:i*/;");
    assertThat(sql.names()).isEqualTo(List.of("a", "b", "c", "d", "e", "f", "h"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 'a", "SELECT \"a", "/* /* */", "SELECT $x$ $$", "SELECT E'\\'"})
  void what_does_not_end_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParsedSql.of(text))
        .withMessageContaining("unfinished");
  }

  @Test
  void question_marks_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParsedSql.of("SELECT a FROM t WHERE b = ?"))
        .withMessageContaining("at 26");
  }
}
