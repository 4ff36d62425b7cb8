package io.ktizo.storage.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The few things that are done to a disk, in the order in which a loss of power may undo them. Not
 * final, so that a test can stop the process between any two.
 */
class Disk {
  private final Object moving = new Object();

  /** A new, empty file. */
  FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Waits until the file's bytes are on the disk. */
  void sync(FileChannel channel) throws IOException {
    channel.force(true);
  }

  /**
   * Waits until the names in a directory are on the disk. Systems that open no directories
   * (Windows, most file systems that are not on a disk) look after names by themselves.
   */
  void syncDirectory(Path directory) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (NoSuchFileException missing) {
      throw missing;
    } catch (FileSystemException notOnThisSystem) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }

  void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory);
  }

  /**
   * Gives a finished file its name, at once and only if the name is free.
   *
   * @throws FileAlreadyExistsException if it is taken
   */
  void publish(Path from, Path to) throws IOException {
    try {
      // A hard link fails where the name is taken; a rename would silently replace what is there.
      link(to, from);
      Files.delete(from);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | FileSystemException noHardLinks) {
      moveUnlessTaken(from, to);
    }
  }

  void link(Path to, Path from) throws IOException {
    Files.createLink(to, from);
  }

  /** For file systems without hard links (FAT): holds off the writers of this process only. */
  private void moveUnlessTaken(Path from, Path to) throws IOException {
    synchronized (moving) {
      if (Files.exists(to)) {
        throw new FileAlreadyExistsException(to.toString());
      }
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  boolean delete(Path file) throws IOException {
    return Files.deleteIfExists(file);
  }
}
