package io.ktizo.privacy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.holder.PersonalDataHolder.Finding;
import io.ktizo.privacy.holder.PersonalDataHolder.Outcome;
import io.ktizo.privacy.holder.PersonalDataHolder.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the engine relies on in every {@link PersonalDataHolder}. A host inherits it once for each
 * of its holders:
 *
 * <pre>{@code
 * class InvoiceFilesTest extends PersonalDataHolderContract { … }
 * }</pre>
 */
public abstract class PersonalDataHolderContract {

  /** A holder that keeps something of the person of {@link #known()} and of {@link #other()}. */
  protected abstract PersonalDataHolder holder();

  /**
   * A person of whom it keeps something that it is able to erase, with the values that it needs.
   */
  protected abstract Request known();

  /** Another person of whom it keeps something. */
  protected abstract Request other();

  /** Somebody of whom it keeps nothing, with values that nobody has. */
  protected abstract Request stranger();

  /** What a holder told, one line an item. */
  private static List<String> told(PersonalDataHolder holder, Request request) throws IOException {
    List<String> items = new ArrayList<>();
    List<String> kinds =
        holder.describe().kinds().stream().map(PersonalDataHolder.Kind::name).toList();
    holder.export(
        request,
        new PersonalDataHolder.Items() {
          @Override
          public void record(String kind, Map<String, ? extends @Nullable Object> fields) {
            assertTrue(kinds.contains(kind), () -> "undescribed kind " + kind);
            items.add(kind + " " + new TreeMap<>(fields));
          }

          @Override
          public void file(String kind, String name, InputStream content) throws IOException {
            assertTrue(kinds.contains(kind), () -> "undescribed kind " + kind);
            items.add(kind + " " + name + " " + digest(content));
          }

          @Override
          public void file(String kind, String name, long size, InputStream content)
              throws IOException {
            byte[] bytes = content.readAllBytes();
            assertEquals(size, bytes.length, "a file is as long as was said");
            file(kind, name, new ByteArrayInputStream(bytes));
          }
        });
    return items;
  }

  private static String digest(InputStream content) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      content.transferTo(
          new OutputStream() {
            @Override
            public void write(int one) {
              digest.update((byte) one);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
              digest.update(bytes, offset, length);
            }
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Test
  void its_description_is_constant() {
    PersonalDataHolder holder = holder();
    assertEquals(holder.describe(), holder.describe());
  }

  @Test
  void it_tells_the_same_in_the_same_order_each_time() throws IOException {
    PersonalDataHolder holder = holder();
    List<String> once = told(holder, known());
    assertFalse(once.isEmpty(), "it keeps something of this person");
    assertEquals(once, told(holder, known()));
  }

  @Test
  void it_tells_nothing_of_a_stranger_and_erases_him_without_complaint() throws IOException {
    PersonalDataHolder holder = holder();
    assertEquals(List.of(), told(holder, stranger()));
    Outcome outcome = holder.erase(stranger());
    if (outcome instanceof PersonalDataHolder.Erased erased) {
      assertTrue(
          erased.erased().values().stream().allMatch(count -> count == 0), "nothing was erased");
    }
  }

  @Test
  void what_it_erased_is_gone_and_the_other_person_is_untouched() throws IOException {
    PersonalDataHolder holder = holder();
    List<String> others = told(holder, other());

    Outcome outcome = holder.erase(known());

    switch (outcome) {
      case PersonalDataHolder.Erased erased -> {
        assertEquals(List.of(), told(holder, known()));
        assertGone(holder.verify(known()));
      }
      case PersonalDataHolder.Kept kept ->
          assertFalse(kept.ground().isBlank(), "what is kept has a ground");
      case PersonalDataHolder.Later later ->
          assertFalse(later.reason().isBlank(), "what comes later has a reason");
    }
    assertEquals(others, told(holder, other()));
  }

  @Test
  void erasing_again_under_the_same_key_changes_nothing_more() throws IOException {
    PersonalDataHolder holder = holder();
    Outcome first = holder.erase(known());
    Finding found = holder.verify(known());

    Outcome second = holder.erase(known());

    assertEquals(first.getClass(), second.getClass());
    assertEquals(found, holder.verify(known()));
  }

  @Test
  void it_does_not_claim_to_hold_nothing_before_it_erased() throws IOException {
    Finding found = holder().verify(known());
    assertFalse(found instanceof PersonalDataHolder.Nothing, "it keeps something of this person");
  }

  private static void assertGone(Finding found) {
    if (!(found instanceof PersonalDataHolder.Unverifiable)) {
      assertInstanceOf(PersonalDataHolder.Nothing.class, found);
    }
  }
}
