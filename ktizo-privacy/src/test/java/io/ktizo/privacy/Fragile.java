package io.ktizo.privacy;

import io.ktizo.privacy.erasure.Ledger;
import io.ktizo.privacy.holder.PersonalDataHolder;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;

/**
 * Counts every point before and after a statement, a commit, a call of a holder or of the ledger,
 * and breaks at one of them.
 */
@NullUnmarked
final class Fragile {
  /** What happens at the point. */
  enum Break {
    /** One exception; what comes after works. */
    FAILURE,
    /** From here on nothing works: as if the process had died, without its having to. */
    DEATH,
    /** The process dies. */
    HALT
  }

  /** Thrown for what nobody can catch by its type. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final Set<String> STATEMENTS =
      Set.of("execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "executeBatch");

  private final int at;
  private final Break how;
  private int passed;

  Fragile(int at, Break how) {
    this.at = at;
    this.how = how;
  }

  /** How many points were passed. */
  int passed() {
    return passed;
  }

  private boolean breaks() {
    int here = passed++;
    if (here == at && how == Break.HALT) {
      Runtime.getRuntime().halt(137);
    }
    return here == at || (here > at && how == Break.DEATH);
  }

  private void sql() throws SQLException {
    if (breaks()) {
      throw new SQLException("broken on purpose", "58000");
    }
  }

  private void io() throws IOException {
    if (breaks()) {
      throw new IOException("broken on purpose");
    }
  }

  DataSource around(DataSource source) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              Object result = call(source, method, arguments);
              return result instanceof Connection connection ? around(connection) : result;
            });
  }

  private Connection around(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("commit")) {
                sql();
                call(connection, method, arguments);
                sql();
                return null;
              }
              Object result = call(connection, method, arguments);
              if (result instanceof PreparedStatement statement) {
                return around(PreparedStatement.class, statement);
              }
              return result instanceof Statement statement
                  ? around(Statement.class, statement)
                  : result;
            });
  }

  private <T extends Statement> Object around(Class<T> type, Statement statement) {
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (!STATEMENTS.contains(method.getName())) {
            return call(statement, method, arguments);
          }
          sql();
          Object result = call(statement, method, arguments);
          sql();
          return result;
        });
  }

  private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException refused) {
      throw refused.getCause();
    }
  }

  PersonalDataHolder around(PersonalDataHolder holder) {
    return new PersonalDataHolder() {
      @Override
      public Description describe() {
        return holder.describe();
      }

      @Override
      public void export(Request request, Items items) throws IOException {
        io();
        holder.export(request, items);
        io();
      }

      @Override
      public Outcome erase(Request request) throws IOException {
        io();
        Outcome outcome = holder.erase(request);
        io();
        return outcome;
      }

      @Override
      public Finding verify(Request request) throws IOException {
        io();
        Finding finding = holder.verify(request);
        io();
        return finding;
      }

      @Override
      public Optional<String> search(Contents contents) throws IOException {
        io();
        Optional<String> without = holder.search(contents);
        io();
        return without;
      }
    };
  }

  Ledger around(Ledger ledger) {
    return new Ledger() {
      @Override
      public String id() {
        return ledger.id();
      }

      @Override
      public Entry append(String runId, String kind, String keyId, String subjectHash) {
        if (breaks()) {
          throw new Broken();
        }
        Entry entry = ledger.append(runId, kind, keyId, subjectHash);
        if (breaks()) {
          throw new Broken();
        }
        return entry;
      }

      @Override
      public List<Entry> after(long number) {
        return ledger.after(number);
      }

      @Override
      public Optional<Entry> last() {
        return ledger.last();
      }
    };
  }
}
