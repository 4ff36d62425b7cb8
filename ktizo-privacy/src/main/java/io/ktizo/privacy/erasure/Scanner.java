package io.ktizo.privacy.erasure;

import io.ktizo.privacy.erasure.Encodings.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Looks for many byte strings at once in time linear in what is read (Aho and Corasick, "Efficient
 * string matching", CACM 18(6), 1975). Immutable; for use by several threads.
 */
final class Scanner {
  /** What is looked for, and where it came from. */
  record Wanted(String identifier, boolean unmistakable, Pattern pattern) {}

  private final Automaton exact = new Automaton();
  private final Automaton folded = new Automaton();
  private final List<Wanted> wanted;

  Scanner(List<Wanted> wanted) {
    this.wanted = List.copyOf(wanted);
    for (int i = 0; i < this.wanted.size(); i++) {
      Pattern pattern = this.wanted.get(i).pattern();
      (pattern.anyCase() ? folded : exact).add(pattern.bytes(), i);
    }
    exact.link();
    folded.link();
  }

  boolean idle() {
    return wanted.isEmpty();
  }

  /** What a text holds; letters beyond ASCII are folded as well. */
  Set<Wanted> in(String text) {
    Set<Wanted> found = new LinkedHashSet<>();
    exact.run(text.getBytes(StandardCharsets.UTF_8), found);
    folded.run(text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8), found);
    return found;
  }

  /** What some bytes hold. */
  Set<Wanted> in(byte[] bytes) {
    Set<Wanted> found = new LinkedHashSet<>();
    exact.run(bytes, found);
    folded.run(bytes, found);
    return found;
  }

  /** What a stream holds, read to its end in portions. */
  Set<Wanted> in(InputStream stream) throws IOException {
    Set<Wanted> found = new LinkedHashSet<>();
    byte[] portion = new byte[1 << 16];
    int exactState = 0;
    int foldedState = 0;
    for (int read = stream.read(portion); read >= 0; read = stream.read(portion)) {
      exactState = exact.run(exactState, portion, read, found);
      foldedState = folded.run(foldedState, portion, read, found);
    }
    return found;
  }

  private final class Automaton {
    private final List<int[]> next = new ArrayList<>(List.of(new int[256]));
    private final List<List<Integer>> ends = new ArrayList<>(List.of(new ArrayList<>()));

    void add(byte[] bytes, int index) {
      int state = 0;
      for (byte one : bytes) {
        int[] row = next.get(state);
        if (row[one & 0xff] == 0) {
          row[one & 0xff] = next.size();
          next.add(new int[256]);
          ends.add(new ArrayList<>());
        }
        state = row[one & 0xff];
      }
      ends.get(state).add(index);
    }

    void link() {
      int[] fail = new int[next.size()];
      Deque<Integer> open = new ArrayDeque<>();
      for (int to : next.getFirst()) {
        if (to != 0) {
          open.add(to);
        }
      }
      while (!open.isEmpty()) {
        int state = open.remove();
        ends.get(state).addAll(ends.get(fail[state]));
        for (int one = 0; one < 256; one++) {
          int to = next.get(state)[one];
          int otherwise = next.get(fail[state])[one];
          if (to == 0) {
            next.get(state)[one] = otherwise;
          } else {
            fail[to] = otherwise;
            open.add(to);
          }
        }
      }
    }

    void run(byte[] bytes, Set<Wanted> found) {
      run(0, bytes, bytes.length, found);
    }

    int run(int from, byte[] bytes, int length, Set<Wanted> found) {
      int state = from;
      boolean fold = this == folded;
      for (int i = 0; i < length; i++) {
        int one = bytes[i] & 0xff;
        if (fold && one >= 'A' && one <= 'Z') {
          one += 'a' - 'A';
        }
        state = next.get(state)[one];
        if (!ends.get(state).isEmpty()) {
          ends.get(state).forEach(index -> found.add(wanted.get(index)));
        }
      }
      return state;
    }
  }
}
