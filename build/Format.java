import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs google-java-format over every Java source below the current folder; {@code check} lists what
 * differs and fails, {@code write} rewrites it. Java rather than a shell script, so that it works
 * wherever the build does.
 */
final class Format {
  public static void main(String[] arguments) throws Exception {
    boolean write = arguments.length > 0 && arguments[0].equals("write");
    List<String> call = new ArrayList<>();
    if (write) {
      call.add("--replace");
    } else {
      call.add("--dry-run");
      call.add("--set-exit-if-changed");
    }
    int options = call.size();
    call.addAll(sources(Path.of("")));
    if (call.size() == options) {
      throw new IllegalStateException("no Java source found below " + Path.of("").toAbsolutePath());
    }
    PrintWriter out = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = new Main(out, out, System.in).format(call.toArray(String[]::new));
    if (status != 0) {
      out.println("These files are not formatted. Run: mvn -q -N verify -Dktizo.format.mode=write");
    }
    System.exit(status);
  }

  private static List<String> sources(Path root) {
    List<String> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = folder.getFileName() == null ? "" : folder.getFileName().toString();
              boolean skipped =
                  name.equals("target")
                      || name.equals("node_modules")
                      || (name.startsWith(".") && name.length() > 1);
              return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.toString().endsWith(".java")) {
                found.add(file.toString());
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(null);
    return found;
  }
}
