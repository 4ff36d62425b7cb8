package io.ktizo.core.print;

import java.util.List;

/** The outcome of reading a profile: one of two, and never an exception for what a text holds. */
public sealed interface ProfileReading {

  /**
   * The profile was read.
   *
   * @param profile what it says
   * @param remarks what the reader should know of keys that changed nothing, in order of lines
   */
  record Accepted(PrintProfile profile, List<Remark> remarks) implements ProfileReading {
    public Accepted {
      remarks = List.copyOf(remarks);
    }

    /** The keys that nobody here knows, in order of lines. */
    public List<String> unknownKeys() {
      return keysOf(Remark.Kind.UNKNOWN_KEY);
    }

    /** The keys that are known and change neither filament nor time, in order of lines. */
    public List<String> keysWithoutEffect() {
      return keysOf(Remark.Kind.WITHOUT_EFFECT);
    }

    /** The keys that change a print in a way that the estimate leaves out, in order of lines. */
    public List<String> keysNotModelled() {
      return keysOf(Remark.Kind.NOT_MODELLED);
    }

    private List<String> keysOf(Remark.Kind kind) {
      return remarks.stream()
          .filter(remark -> remark.kind() == kind)
          .map(Remark::key)
          .distinct()
          .toList();
    }
  }

  /**
   * The profile was not read; every fault of the text is named.
   *
   * @param faults at least one, in order of lines
   */
  record Refused(List<Fault> faults) implements ProfileReading {
    public Refused {
      faults = List.copyOf(faults);
      if (faults.isEmpty()) {
        throw new IllegalArgumentException("a refusal needs a fault");
      }
    }
  }

  /**
   * Something to know about a key.
   *
   * @param line where, from 1; 0 if the text does not have the key
   * @param key the slicer's name of the setting
   * @param kind what there is to know
   * @param message one sentence in plain English
   */
  record Remark(int line, String key, Kind kind, String message) {
    /** What there is to know. */
    public enum Kind {
      /** Nobody here knows this key. */
      UNKNOWN_KEY,
      /** Known, and changes neither filament nor time. */
      WITHOUT_EFFECT,
      /** Changes the print, and the estimate leaves it out. */
      NOT_MODELLED,
      /** Something was assumed. */
      ASSUMED
    }
  }

  /**
   * A reason not to accept a profile. Repeats nothing of the text but names of settings.
   *
   * @param line where, from 1; 0 if no single line is at fault
   * @param key the slicer's name of the setting; empty if no single setting is at fault
   * @param code stable
   * @param message one sentence in plain English
   */
  record Fault(int line, String key, Code code, String message) {
    /** The reasons there are. */
    public enum Code {
      /** Not a profile of this slicer. */
      NOT_A_PROFILE,
      /** Longer than a profile is. */
      TOO_LARGE,
      /** A line is neither a section, a setting nor a comment. */
      MALFORMED_LINE,
      /** A number was expected. */
      NOT_A_NUMBER,
      /** A number that no printer has. */
      OUT_OF_RANGE,
      /** A word that is none of those allowed. */
      UNKNOWN_CHOICE,
      /** The printer does not extrude filament. */
      WRONG_TECHNOLOGY,
      /** The text has no preset of that name. */
      NO_SUCH_PRESET,
      /** The text has several presets and none was chosen. */
      CHOICE_NEEDED,
      /** A preset inherits from itself. */
      CIRCULAR_INHERITANCE,
      /** Settings that are right alone do not fit each other. */
      CONTRADICTION
    }
  }
}
