package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.StaffLooks;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.sql.Database;
import java.util.List;

/** Looks of staff in a database. */
public final class JdbcStaffLooks implements StaffLooks {
  private final Database database;
  private final IdGenerator ids;

  /** Looks in this database. */
  public JdbcStaffLooks(Database database, IdGenerator ids) {
    this.database = database;
    this.ids = ids;
  }

  @Override
  public void record(Look look) {
    database
        .sql(
            """
            INSERT INTO staff_looks (id, staff_id, person_id, kind, object, reason, looked_at)
            VALUES (:id, :staff, :person, :kind, :object, :reason, :at)
            """)
        .bind("id", ids.next())
        .bind("staff", look.staff())
        .bind("person", look.person())
        .bind("kind", look.what())
        .bind("object", look.object())
        .bind("reason", look.reason())
        .bind("at", look.at())
        .update();
  }

  @Override
  public List<Look> at(AccountId person, int most) {
    return database
        .sql(
            """
            SELECT staff_id, person_id, kind, object, reason, looked_at FROM staff_looks
            WHERE person_id = :person ORDER BY looked_at DESC, id DESC LIMIT :most
            """)
        .bind("person", person)
        .bind("most", most)
        .list(
            row ->
                new Look(
                    row.id("staff_id", AccountId.FORM),
                    row.id("person_id", AccountId.FORM),
                    row.text("kind"),
                    row.text("object"),
                    row.text("reason"),
                    row.instant("looked_at")));
  }
}
