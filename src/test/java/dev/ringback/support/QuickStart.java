package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The packaged jar made quick to start, since it is started some dozens of times: unpacked, as the JDK's cache of loaded
/// classes wants it, and with that cache, which a first run fills. A start takes about a sixth of the time.
public final class QuickStart {
    private static final Path FOLDER = Path.of("target", "faults");

    private QuickStart() {}

    /// What follows `java` on the command line; made when it is not there for this jar, once for all test JVMs.
    public static List<String> program() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        try (var file = FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = file.lock()) {
            var folder = FOLDER.resolve(digest(ServiceProcess.jar())).toAbsolutePath();
            var jar = folder.resolve(ServiceProcess.jar().getFileName());
            var cache = folder.resolve("classes.aot");
            if (Files.notExists(cache)) {
                unpack(folder);
                fill(cache, jar, folder);
            }
            return program("-XX:AOTCache=" + cache, jar);
        }
    }

    private static List<String> program(String cache, Path jar) {
        return List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", cache, "-jar", jar.toString());
    }

    private static void unpack(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var unpacking = new ProcessBuilder(java, "-Djarmode=tools", "-jar", ServiceProcess.jar().toString(), "extract",
                "--force", "--destination", folder.toString()).inheritIO().start();
        assertThat(unpacking.waitFor()).as("unpacking the jar").isZero();
    }

    /// The JVM writes the cache when it ends, with the classes that were loaded until then.
    private static void fill(Path cache, Path jar, Path folder) throws IOException, InterruptedException {
        var unfinished = folder.resolve("unfinished.aot");
        var settings = new ArrayList<>(TestDatabase.createAsSettings());
        settings.add("ringback.call.fail-fast=false");
        try (var service = ServiceProcess.launch(folder, ServiceProcess.freePort(),
                program("-XX:AOTCacheOutput=" + unfinished, jar), settings.toArray(String[]::new)).awaitReady()) {
            var caller = Api.user(service.port(), "first-caller");
            caller.command("cancel", caller.call("first-called")).mustBe(200);
            service.terminate();
            service.exitCode();
        }
        Files.move(unfinished, cache);
    }

    private static String digest(Path file) throws IOException {
        try (var bytes = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int read = bytes.read(buffer); read > 0; read = bytes.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
