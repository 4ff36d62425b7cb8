package io.ktizo.privacy.datamap;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The Java form of a map: one expression over {@link DataMap#builder}. */
final class JavaMap {
  private final StringBuilder out = new StringBuilder();

  private JavaMap() {}

  static String write(DataMap map) {
    JavaMap writer = new JavaMap();
    writer.map(map);
    return writer.out.toString();
  }

  private void map(DataMap map) {
    line(0, "DataMap.builder(" + text(map.name()) + ")");
    for (Purpose purpose : map.purposes()) {
      call(
          "purpose",
          text(purpose.name()),
          "LegalBasis." + purpose.basis().name(),
          text(purpose.description()));
    }
    for (Recipient recipient : map.recipients()) {
      call(
          "recipient",
          text(recipient.name()),
          "Recipient.Role." + recipient.role().name(),
          text(recipient.description()));
    }
    for (Retention retention : map.retentions()) {
      call(
          retention.mandatory() ? "mandatoryRetention" : "retention",
          text(retention.name()),
          "Period.parse(" + text(retention.keep().toString()) + ")",
          "Retention.From." + retention.from().name(),
          text(retention.ground()));
    }
    for (SubjectKind kind : map.subjects()) {
      List<String> arguments = new ArrayList<>(List.of(text(kind.name())));
      String set = kind.dataSet();
      String key = kind.key();
      if (set != null && key != null) {
        arguments.add(text(set));
        arguments.add(text(key));
        if (!(kind.erasure() instanceof Link.DeleteRow)) {
          arguments.add(last(kind.erasure()));
        }
      }
      kind.identifiers().forEach(identifier -> arguments.add(text(identifier)));
      call(set == null ? "subjectKnownBy" : "subject", arguments.toArray(String[]::new));
    }
    map.dataSets().forEach(this::dataSet);
    for (Waiver waiver : map.waivers()) {
      call(
          "waiver",
          text(waiver.table()),
          text(waiver.column()),
          "LocalDate.parse(" + text(waiver.until().toString()) + ")",
          text(waiver.reason()));
    }
    line(2, ".build()");
  }

  private void dataSet(DataSet set) {
    line(2, ".dataSet(");
    line(4, text(set.name()) + ",");
    line(4, text(set.table()) + ",");
    line(4, text(set.description()) + ",");
    line(4, "rows ->");
    line(6, "rows");
    if (set.retention() != null) {
      line(8, ".retention(" + text(set.retention()) + ")");
    }
    if (set.since() != null) {
      line(8, ".since(" + text(set.since()) + ")");
    }
    set.links().forEach(this::link);
    for (int i = 0; i < set.fields().size(); i++) {
      field(8, ".field", set.fields().get(i));
    }
    line(2, ")");
  }

  private void link(Link link) {
    List<String> arguments = new ArrayList<>();
    arguments.add("Link.Relation." + link.relation().name());
    String name =
        switch (link.target()) {
          case Link.ToRows rows -> {
            arguments.add(text(rows.dataSet()));
            yield ".link";
          }
          case Link.ToPerson person -> {
            arguments.add(text(person.kind()));
            arguments.add(text(person.column()));
            arguments.add(Boolean.toString(person.ignoreCase()));
            yield ".person";
          }
        };
    arguments.add("new Link.OnErasure(" + last(link.erasure().last()) + ", " + shared(link) + ")");
    arguments.add(
        switch (link.export()) {
          case Link.ShowAll all -> "new Link.ShowAll()";
          case Link.Omit omit -> "new Link.Omit()";
          case Link.Hide hide -> "new Link.Hide(" + list(hide.columns()) + ")";
        });
    if (link.target() instanceof Link.ToRows rows) {
      rows.columns()
          .forEach(
              (here, there) -> {
                arguments.add(text(here));
                arguments.add(text(there));
              });
    }
    line(8, name + "(" + String.join(", ", arguments) + ")");
  }

  private static String last(Link.Last last) {
    return switch (last) {
      case Link.DeleteRow row -> "new Link.DeleteRow()";
      case Link.KeepUntil keep ->
          "new Link.KeepUntil(" + text(keep.retention()) + ", " + list(keep.anonymise()) + ")";
      case Link.Anonymise some -> "new Link.Anonymise(" + list(some.columns()) + ")";
    };
  }

  private static String shared(Link link) {
    return switch (link.erasure().shared()) {
      case Link.DeleteRow row -> "new Link.DeleteRow()";
      case Link.Leave leave -> "new Link.Leave()";
      case Link.Anonymise some -> "new Link.Anonymise(" + list(some.columns()) + ")";
    };
  }

  private void field(int indent, String call, Field field) {
    // A lambda may not reuse the name of the one around it.
    String parameter = call.equals(".field") ? "field" : "path" + indent;
    line(indent, call + "(");
    line(indent + 2, text(field.name()) + ",");
    line(indent + 2, "Category." + field.category().name() + ",");
    StringBuilder content = new StringBuilder(parameter + " -> " + parameter);
    if (!field.purposes().isEmpty()) {
      content.append(".purposes(").append(commas(field.purposes())).append(')');
    }
    if (!field.recipients().isEmpty()) {
      content.append(".recipients(").append(commas(field.recipients())).append(')');
    }
    if (field.retention() != null) {
      content.append(".retention(").append(text(field.retention())).append(')');
    }
    if (field.erasure() != null) {
      content.append(".erase(").append(strategy(field.erasure())).append(')');
    }
    if (field.secret()) {
      content.append(".secret()");
    } else if (!field.exported()) {
      content.append(".notExported()");
    }
    if (field.freeText()) {
      content.append(".freeText()");
    }
    if (!field.source().equals(Field.FROM_SUBJECT)) {
      content.append(".source(").append(text(field.source())).append(')');
    }
    field
        .openQuestion()
        .ifPresent(question -> content.append(".review(").append(text(question)).append(')'));
    line(indent + 2, content.toString());
    field.paths().forEach(path -> field(indent + 4, ".path", path));
    line(indent, ")");
  }

  private static String strategy(Strategy strategy) {
    return switch (strategy) {
      case Strategy.SetNull n -> "new Strategy.SetNull()";
      case Strategy.KeyedHash h -> "new Strategy.KeyedHash()";
      case Strategy.Retain r -> "new Strategy.Retain()";
      case Strategy.ByPath p -> "new Strategy.ByPath()";
      case Strategy.Constant constant -> "new Strategy.Constant(" + text(constant.value()) + ")";
      case Strategy.Replace replace ->
          "new Strategy.Replace(Strategy.Shape." + replace.shape().name() + ")";
      case Strategy.GeneraliseDate date ->
          "new Strategy.GeneraliseDate(Strategy.DatePart." + date.to().name() + ")";
      case Strategy.GeneralisePrefix prefix ->
          "new Strategy.GeneralisePrefix(" + prefix.characters() + ")";
    };
  }

  private void call(String name, String... arguments) {
    line(2, "." + name + "(" + String.join(", ", arguments) + ")");
  }

  private void line(int indent, String content) {
    out.append("  ".repeat(indent / 2)).append(content).append('\n');
  }

  private static String list(List<String> values) {
    return "List.of(" + commas(values) + ")";
  }

  private static String commas(List<String> values) {
    return String.join(", ", values.stream().map(JavaMap::text).toList());
  }

  private static String text(String value) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> literal.append("\\\"");
        case '\\' -> literal.append("\\\\");
        case '\n' -> literal.append("\\n");
        case '\t' -> literal.append("\\t");
        default -> {
          if (c < 0x20) {
            literal.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append('"').toString();
  }
}
