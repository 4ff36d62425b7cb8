package io.ktizo.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.holder.PersonalDataHolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** An honest holder passes; one that claims to have erased and did not is caught. */
class HolderContractTest extends PersonalDataHolderContract {

  /** Notes of people, in memory. */
  static class Notes implements PersonalDataHolder {
    final Map<String, Map<String, String>> kept = new HashMap<>();

    Notes() {
      kept.put("1", new TreeMap<>(Map.of("a.txt", "note of Ada", "b.txt", "another")));
      kept.put("2", new TreeMap<>(Map.of("c.txt", "note of Bob")));
    }

    @Override
    public Description describe() {
      return new Description(
          "notes",
          "Notes",
          List.of(new Kind("note", "a note", Category.FILE, List.of(), List.of(), null, "subject")),
          List.of(),
          null);
    }

    @Override
    public void export(Request request, Items items) throws IOException {
      for (Map.Entry<String, String> note : notes(request).entrySet()) {
        byte[] text = note.getValue().getBytes(StandardCharsets.UTF_8);
        items.file("note", note.getKey(), text.length, new ByteArrayInputStream(text));
      }
    }

    @Override
    public Outcome erase(Request request) {
      Map<String, String> gone = kept.remove(request.subject().key());
      return new Erased(Map.of("note", gone == null ? 0L : gone.size()));
    }

    @Override
    public Finding verify(Request request) {
      return notes(request).isEmpty() ? new Nothing() : new Remains(List.of("notes"));
    }

    private Map<String, String> notes(Request request) {
      return kept.getOrDefault(request.subject().key(), Map.of());
    }
  }

  /** Says that it erased, and forgets to. */
  static class ForgetfulContractTest extends HolderContractTest {
    private final Notes forgetful =
        new Notes() {
          @Override
          public Outcome erase(Request request) {
            return new Erased(Map.of("note", 0L));
          }
        };

    @Override
    protected PersonalDataHolder holder() {
      return forgetful;
    }

    @Override
    void a_holder_that_only_says_so_is_caught() {}
  }

  private final Notes notes = new Notes();

  @Override
  protected PersonalDataHolder holder() {
    return notes;
  }

  @Override
  protected PersonalDataHolder.Request known() {
    return request("1");
  }

  @Override
  protected PersonalDataHolder.Request other() {
    return request("2");
  }

  @Override
  protected PersonalDataHolder.Request stranger() {
    return request("4711");
  }

  private static PersonalDataHolder.Request request(String key) {
    return new PersonalDataHolder.Request(new Subject("person", key), "work-" + key, Map.of());
  }

  @Test
  void a_holder_that_only_says_so_is_caught() {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(ForgetfulContractTest.class))
                .build(),
            listener);
    assertThat(listener.getSummary().getFailures())
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.getTestIdentifier().getDisplayName())
                    .startsWith("what_it_erased_is_gone"));
  }
}
