package io.ktizo.privacy.erasure;

import io.ktizo.privacy.erasure.Encodings.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Looks for many byte strings at once in time linear in what is read (Aho and Corasick, "Efficient
 * string matching", CACM 18(6), 1975). Immutable; for use by several threads.
 */
final class Scanner {
  /** What is looked for, on whose behalf, and where it came from. */
  record Wanted(String owner, String identifier, boolean unmistakable, Pattern pattern) {}

  private final Map<Pattern.As, Automaton> automata = new EnumMap<>(Pattern.As.class);
  private final List<Wanted> wanted;

  Scanner(List<Wanted> wanted) {
    this.wanted = List.copyOf(wanted);
    for (Pattern.As as : Pattern.As.values()) {
      automata.put(as, new Automaton());
    }
    for (int i = 0; i < this.wanted.size(); i++) {
      Pattern pattern = this.wanted.get(i).pattern();
      automaton(pattern.as()).add(pattern.bytes(), i);
    }
    automata.values().forEach(Automaton::link);
  }

  private Automaton automaton(Pattern.As as) {
    Automaton found = automata.get(as);
    if (found == null) {
      throw new IllegalStateException("no automaton for " + as);
    }
    return found;
  }

  boolean idle() {
    return wanted.isEmpty();
  }

  /** What a text holds; letters beyond ASCII are folded as well. */
  Set<Wanted> in(String text) {
    Set<Wanted> found = new LinkedHashSet<>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    new Reading(found).exact(bytes, bytes.length);
    byte[] folded = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    new Reading(found).folded(folded, folded.length);
    return found;
  }

  /** What some bytes hold. */
  Set<Wanted> in(byte[] bytes) {
    Set<Wanted> found = new LinkedHashSet<>();
    Reading reading = new Reading(found);
    reading.exact(bytes, bytes.length);
    reading.folded(bytes, bytes.length);
    return found;
  }

  /** What a stream holds, read to its end in portions. */
  Set<Wanted> in(InputStream stream) throws IOException {
    Set<Wanted> found = new LinkedHashSet<>();
    Reading reading = new Reading(found);
    byte[] portion = new byte[1 << 16];
    for (int read = stream.read(portion); read >= 0; read = stream.read(portion)) {
      reading.exact(portion, read);
      reading.folded(portion, read);
    }
    return found;
  }

  /** One way through some bytes, with what has to be remembered from portion to portion. */
  private final class Reading {
    private final Set<Wanted> found;
    private final Automaton raw = automaton(Pattern.As.BYTES);
    private final Automaton digits = automaton(Pattern.As.DIGITS);
    private final Automaton letters = automaton(Pattern.As.LETTERS);
    private int rawState;
    private int digitState;
    private int letterState;
    private boolean escaped;

    Reading(Set<Wanted> found) {
      this.found = found;
    }

    void exact(byte[] bytes, int length) {
      if (!raw.empty()) {
        for (int i = 0; i < length; i++) {
          rawState = raw.step(rawState, bytes[i] & 0xff);
          if (raw.ends(rawState)) {
            raw.collect(rawState, found);
          }
        }
      }
      for (int i = 0; i < length; i++) {
        int one = bytes[i] & 0xff;
        // Encoders break long lines, dumps put blanks or colons between, JSON escapes the breaks.
        if (one == '\n' || one == '\r' || one == ' ' || one == '\t' || one == ':') {
          continue;
        }
        if (one == '\\') {
          escaped = true;
          continue;
        }
        boolean broken = escaped && (one == 'n' || one == 'r' || one == 't');
        escaped = false;
        if (!broken) {
          digitState = digits.step(digitState, one);
          if (digits.ends(digitState)) {
            digits.collect(digitState, found);
          }
        }
      }
    }

    void folded(byte[] bytes, int length) {
      for (int i = 0; i < length; i++) {
        int one = bytes[i] & 0xff;
        if (one >= 'A' && one <= 'Z') {
          one += 'a' - 'A';
        }
        letterState = letters.step(letterState, one);
        if (letters.ends(letterState)) {
          letters.collect(letterState, found);
        }
      }
    }
  }

  /**
   * The patterns as a tree with links to fall back on. A person with hundreds of values makes
   * hundreds of thousands of states, so only the first two steps, where nearly all reading stays,
   * have a table each; deeper ones share one hash table.
   */
  private final class Automaton {
    private static final int NONE = -1;
    private static final int TABLES = 1 + 256;

    private int[][] near = new int[1][];
    private long[] keys = new long[64];
    private int[] targets = new int[64];
    private int used;
    private int states = 1;
    private int[] fail = new int[16];
    private int[] depth = new int[16];

    /** The first pattern that ends in a state, and the next one after each pattern. */
    private int[] first = new int[16];

    private int[] following = new int[wanted.size()];

    /** The nearest state to fall back on in which a pattern ends. */
    private int[] ending = new int[16];

    Automaton() {
      near[0] = new int[256];
      Arrays.fill(near[0], NONE);
      Arrays.fill(first, NONE);
      Arrays.fill(following, NONE);
    }

    boolean empty() {
      return states == 1;
    }

    void add(byte[] bytes, int index) {
      int state = 0;
      for (byte one : bytes) {
        int next = child(state, one & 0xff);
        state = next == NONE ? grow(state, one & 0xff) : next;
      }
      following[index] = first[state];
      first[state] = index;
    }

    private int child(int state, int one) {
      if (state < near.length) {
        return near[state][one];
      }
      long key = ((long) state << 8) | one;
      for (int i = slot(key); ; i = (i + 1) & (keys.length - 1)) {
        if (keys[i] == key) {
          return targets[i];
        }
        if (keys[i] == 0) {
          return NONE;
        }
      }
    }

    private int slot(long key) {
      return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & (keys.length - 1);
    }

    private int grow(int state, int one) {
      int next = states++;
      if (next >= fail.length) {
        int size = next * 2;
        fail = Arrays.copyOf(fail, size);
        depth = Arrays.copyOf(depth, size);
        ending = Arrays.copyOf(ending, size);
        int known = first.length;
        first = Arrays.copyOf(first, size);
        Arrays.fill(first, known, size, NONE);
      }
      depth[next] = depth[state] + 1;
      if (state < near.length) {
        near[state][one] = next;
      } else {
        if (used * 2 >= keys.length) {
          rehash();
        }
        put(((long) state << 8) | one, next);
      }
      return next;
    }

    private void put(long key, int target) {
      int i = slot(key);
      while (keys[i] != 0) {
        i = (i + 1) & (keys.length - 1);
      }
      keys[i] = key;
      targets[i] = target;
      used++;
    }

    private void rehash() {
      long[] oldKeys = keys;
      int[] oldTargets = targets;
      keys = new long[oldKeys.length * 2];
      targets = new int[oldKeys.length * 2];
      used = 0;
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldKeys[i] != 0) {
          put(oldKeys[i], oldTargets[i]);
        }
      }
    }

    void link() {
      // Level by level: what a state falls back on is less deep than itself.
      int[][] children = new int[states][];
      int[] counts = new int[states];
      each((state, one, next) -> counts[state]++);
      for (int state = 0; state < states; state++) {
        children[state] = new int[counts[state] * 2];
      }
      int[] filled = new int[states];
      each(
          (state, one, next) -> {
            children[state][filled[state]++] = one;
            children[state][filled[state]++] = next;
          });
      Deque<Integer> open = new ArrayDeque<>(List.of(0));
      while (!open.isEmpty()) {
        int state = open.remove();
        for (int i = 0; i < children[state].length; i += 2) {
          int next = children[state][i + 1];
          fail[next] = state == 0 ? 0 : step(fail[state], children[state][i]);
          ending[next] = first[fail[next]] == NONE ? ending[fail[next]] : fail[next];
          open.add(next);
        }
      }
      tabulate();
    }

    private interface Edge {
      void take(int state, int one, int next);
    }

    private void each(Edge edge) {
      for (int state = 0; state < near.length; state++) {
        for (int one = 0; one < 256; one++) {
          if (near[state][one] != NONE) {
            edge.take(state, one, near[state][one]);
          }
        }
      }
      for (int i = 0; i < keys.length; i++) {
        if (keys[i] != 0) {
          edge.take((int) (keys[i] >>> 8), (int) (keys[i] & 0xff), targets[i]);
        }
      }
    }

    /** The tables of the first steps, with the falling back already done. */
    private int[][] tables = new int[0][];

    private void tabulate() {
      int[][] made = new int[states][];
      int count = 0;
      for (int state = 0; state < states && count < TABLES; state++) {
        if (depth[state] <= 1) {
          int[] row = new int[256];
          for (int one = 0; one < 256; one++) {
            row[one] = walk(state, one);
          }
          made[state] = row;
          count++;
        }
      }
      tables = made;
    }

    int step(int state, int one) {
      if (state < tables.length && tables[state] != null) {
        return tables[state][one];
      }
      return walk(state, one);
    }

    private int walk(int from, int one) {
      int state = from;
      int next = child(state, one);
      while (next == NONE && state != 0) {
        state = fail[state];
        next = child(state, one);
      }
      return next == NONE ? 0 : next;
    }

    boolean ends(int state) {
      return first[state] != NONE || ending[state] != 0;
    }

    void collect(int from, Set<Wanted> found) {
      for (int state = from; state != 0; state = ending[state]) {
        for (int index = first[state]; index != NONE; index = following[index]) {
          found.add(wanted.get(index));
        }
      }
    }
  }
}
