package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * S11: no regular expression takes long for a text that was made to keep it busy. What is counted
 * is how often it looks at a character, which is the same on every machine.
 */
class RegularExpressionsTest {
  private static final int LENGTH = 50_000;

  /** A look costs a few nanoseconds: so many stay below the 50 ms of the case. */
  private static final long LOOKS = 100L * LENGTH;

  /** What repeats, and what comes at last so that nothing fits after all. */
  private static final List<String> REPEATED =
      List.of(
          "a", "0", " ", "-", ".", "_", "/", "\\", "\"", "=", ",", ":", "%41", "a ", "0.", "a@",
          "a.a", "a=b;", "\t", "aA0-", "(");

  private static final List<String> AT_LAST = List.of("!", "\n");

  /** A text that counts how often it is looked at, and stops who looks too often. */
  private static final class Watched implements CharSequence {
    private final String text;
    private long looks;

    Watched(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++looks > LOOKS) {
        throw new TooLongException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class TooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** How a text can be held against an expression. */
  private enum Way {
    MATCHES,
    LOOKING_AT,
    FIND;

    void go(Matcher matcher) {
      switch (this) {
        case MATCHES -> matcher.matches();
        case LOOKING_AT -> matcher.lookingAt();
        case FIND -> matcher.find();
      }
    }
  }

  /** An expression of the house, where it stands, and how it is used there. */
  private record Kept(String place, Pattern pattern, Set<Way> ways) {}

  private static List<Kept> kept() throws ReflectiveOperationException {
    List<Kept> found = new ArrayList<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ktizo")) {
      for (JavaField kept : type.getFields()) {
        if (kept.getRawType().isEquivalentTo(Pattern.class)
            && kept.getModifiers().contains(JavaModifier.STATIC)) {
          Field field = kept.reflect();
          field.setAccessible(true);
          found.add(new Kept(kept.getFullName(), (Pattern) field.get(null), ways(kept)));
        }
      }
      if (type.isRecord()) {
        for (RecordComponent component : type.reflect().getRecordComponents()) {
          var rule =
              component.getAccessor().getAnnotation(jakarta.validation.constraints.Pattern.class);
          if (rule != null) {
            found.add(
                new Kept(
                    type.getName() + "." + component.getName(),
                    Pattern.compile(rule.regexp()),
                    EnumSet.of(Way.MATCHES)));
          }
        }
      }
    }
    return found;
  }

  /** What the methods that read it do with matchers; everything, if they hand it on. */
  private static Set<Way> ways(JavaField kept) {
    EnumSet<Way> ways = EnumSet.noneOf(Way.class);
    for (JavaFieldAccess access : kept.getAccessesToSelf()) {
      if (access.getOrigin().isMethod()) {
        Set<Way> here = EnumSet.noneOf(Way.class);
        for (JavaMethodCall call : access.getOrigin().getMethodCallsFromSelf()) {
          String owner = call.getTargetOwner().getName();
          switch (owner.substring(owner.lastIndexOf('.') + 1) + "." + call.getName()) {
            case "Matcher.matches" -> here.add(Way.MATCHES);
            case "Matcher.lookingAt" -> here.add(Way.LOOKING_AT);
            case "Matcher.find", "Matcher.replaceAll", "Pattern.split", "Matcher.results" ->
                here.add(Way.FIND);
            default -> {}
          }
        }
        ways.addAll(here.isEmpty() ? EnumSet.allOf(Way.class) : here);
      }
    }
    return ways.isEmpty() ? EnumSet.allOf(Way.class) : ways;
  }

  private static boolean endsInTime(Pattern pattern, Set<Way> ways, String text) {
    try {
      ways.forEach(way -> way.go(pattern.matcher(new Watched(text))));
      return true;
    } catch (TooLongException | StackOverflowError e) {
      return false;
    }
  }

  @Test
  void s11_no_expression_is_kept_busy_by_a_text_made_for_it() throws Exception {
    List<Kept> all = kept();
    assertThat(all).hasSizeGreaterThan(40);
    List<String> slow = new ArrayList<>();
    for (Kept kept : all) {
      for (String repeated : REPEATED) {
        for (String last : AT_LAST) {
          String text = repeated.repeat(LENGTH / repeated.length()) + last;
          if (!endsInTime(kept.pattern(), kept.ways(), text)) {
            slow.add(kept.place() + " " + kept.pattern() + " by " + repeated + " … " + last);
          }
        }
      }
    }
    assertThat(slow).isEmpty();
  }

  @Test
  void an_expression_that_goes_back_again_and_again_is_caught() {
    String text = "a".repeat(LENGTH) + "!";
    assertThat(endsInTime(Pattern.compile("(a+)+"), EnumSet.of(Way.MATCHES), text)).isFalse();
    assertThat(endsInTime(Pattern.compile("a+"), EnumSet.of(Way.MATCHES), text)).isTrue();
  }
}
