package io.ktizo.storage.detect;

/** Tells files that are no models. */
interface ForeignTypes {
  /** The type of what begins with these bytes. */
  FileType of(byte[] head);
}
