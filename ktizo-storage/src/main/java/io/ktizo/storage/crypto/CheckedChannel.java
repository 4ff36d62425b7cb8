package io.ktizo.storage.crypto;

import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.StoreKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.security.GeneralSecurityException;

/** Tells bytes that were tampered with from bytes that could not be read. */
final class CheckedChannel implements SeekableByteChannel {
  private final SeekableByteChannel plain;
  private final StoreKey blob;

  CheckedChannel(SeekableByteChannel plain, StoreKey blob) {
    this.plain = plain;
    this.blob = blob;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    try {
      return plain.read(target);
    } catch (IOException e) {
      if (e.getCause() instanceof GeneralSecurityException) {
        throw new DamagedFileException("not what was written: " + blob, e);
      }
      throw e;
    }
  }

  @Override
  public long position() throws IOException {
    return plain.position();
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    plain.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return plain.size();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long length) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return plain.isOpen();
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
