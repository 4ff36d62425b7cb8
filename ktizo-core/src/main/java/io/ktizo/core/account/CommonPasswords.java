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
 * people think of first. Needs that optional library. About 95,000 entries, read once.
 */
public final class CommonPasswords implements Predicate<String> {
  private final Set<String> known = new HashSet<>();

  /** Reads the lists, in some tens of milliseconds. */
  public CommonPasswords() {
    try {
      for (Dictionary dictionary : StandardDictionaries.loadAllDictionaries()) {
        // Each word stands in one list only, the one in which it is most frequent.
        List<String> words = dictionary.getFrequencies();
        known.addAll(words);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("zxcvbn's lists cannot be read", e);
    }
  }

  @Override
  public boolean test(String password) {
    return known.contains(password);
  }
}
