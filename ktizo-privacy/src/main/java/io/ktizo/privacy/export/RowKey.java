package io.ktizo.privacy.export;

import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.holder.Ownership;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a row's key as text, in the form that {@link RowQuery} takes back. */
final class RowKey {
  private final List<Column> columns;
  private final int first;
  private final boolean usable;

  RowKey(Ownership.View view) {
    this.columns = view.keys();
    this.first = view.firstKey();
    this.usable = usable(view);
  }

  /** Whether reading can go on behind a key; else rows that were read before must be passed by. */
  static boolean usable(Ownership.View view) {
    return view.unique() && view.keys().stream().allMatch(RowQuery::resumable);
  }

  /** The key of the current row; {@code null} if reading cannot go on behind it. */
  @Nullable List<String> text(ResultSet row) throws SQLException {
    if (!usable) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Cell cell =
          Cell.read(
              row,
              first + i,
              column.type(),
              ColumnType.of(column.type(), column.typeName()),
              DocumentFilter.NONE);
      texts.add(
          switch (cell) {
            case Cell.Text text -> text.value();
            case Cell.Whole whole -> Long.toString(whole.value());
            case Cell.Exact exact -> exact.value().toPlainString();
            case Cell.Bytes bytes -> bytes.base64();
            default -> throw new IllegalStateException("a key is neither text nor number");
          });
    }
    return texts;
  }
}
