package io.ktizo.core.account;

import com.nulabinc.zxcvbn.StandardDictionaries;
import com.nulabinc.zxcvbn.matchers.Dictionary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The lists of zxcvbn: the 30,000 passwords that leaked most often, and the words and names that
 * people think of first. Needs that optional library. About 95,000 entries, read once in a process.
 */
public final class CommonPasswords implements Predicate<String> {
  /** They never change: however many ask, they are kept once. */
  private static final class Lists {
    private static final Set<String> KNOWN = read();

    private static Set<String> read() {
      Set<String> known = new HashSet<>();
      try {
        for (Dictionary dictionary : StandardDictionaries.loadAllDictionaries()) {
          // Each word stands in one list only, the one in which it is most frequent.
          List<String> words = dictionary.getFrequencies();
          known.addAll(words);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("zxcvbn's lists cannot be read", e);
      }
      return Set.copyOf(known);
    }
  }

  private final Set<String> known = Lists.KNOWN;

  /** Reads the lists if nobody has, in some tens of milliseconds. */
  public CommonPasswords() {}

  @Override
  public boolean test(String password) {
    return known.contains(password);
  }
}
