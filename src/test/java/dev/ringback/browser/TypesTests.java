package dev.ringback.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.webjars.WebJarVersionLocator;

/// The client's types, by the TypeScript compiler: the JavaScript keeps what `ringback.d.ts` promises, and an app in
/// TypeScript finds it.
class TypesTests {
    private static final Path CLIENT = Path.of("src/main/resources/browser");

    @TempDir
    private static Path compiler;
    @TempDir
    private Path folder;

    @BeforeAll
    static void unpackCompiler() throws IOException, URISyntaxException {
        copyWebJar("typescript", "lib", compiler);
    }

    @BeforeEach
    void copyClient() throws IOException, URISyntaxException {
        copy(CLIENT, folder);
        copyWebJar("stomp__stompjs", "esm6", folder.resolve("ringback/stomp"));
        Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
    }

    @Test
    void theClientKeepsItsTypes() throws Exception {
        assertThat(errors("ringback.js", "ringback-sw.js")).isEmpty();
    }

    @Test
    void aPromiseThatIsNotKeptIsFound() throws Exception {
        var module = folder.resolve("ringback.js");
        Files.writeString(module, Files.readString(module).replace("async renewRoomToken(", "async anotherName("));
        assertThat(errors("ringback.js")).contains("incorrectly implements").contains("renewRoomToken");
    }

    @Test
    void anAppFindsItsTypes() throws Exception {
        Files.writeString(folder.resolve("app.ts"), """
                import { Ringback, RingbackError, type Call } from './ringback.js';

                const ringback = new Ringback({ token: async () => 'jwt' });
                const off: () => void = ringback.on('incoming', (call: Call) => { call.snapshot.caller_name.length; });
                ringback.on('change', (call, before) => { if (before === 'outgoing') call.roomToken?.length; });
                off();
                const call: Call = await ringback.call(['bob', 'carol'], { type: 'audio', ringTimeout: 20 });
                ringback.accept(call.id).catch((failure: unknown) => failure instanceof RingbackError && failure.code);

                // @ts-expect-error no such event
                ringback.on('incomming', () => {});
                // @ts-expect-error no such type of call
                ringback.call('bob', { type: 'hologram' });
                // @ts-expect-error a token provider is needed
                new Ringback({});
                // @ts-expect-error not for apps to set
                call.phase = 'none';
                """);
        assertThat(errors("app.ts")).isEmpty();
    }

    /// What the compiler has to say about these files.
    private String errors(String... files) throws IOException, InterruptedException {
        var project = Files.writeString(folder.resolve("tsconfig.json"), """
                {"compilerOptions":{"allowJs":true,"checkJs":true,"strict":true,"noEmit":true,"noUnusedLocals":true,
                 "target":"es2024","lib":["es2024","dom","dom.iterable"],"module":"nodenext","types":[]},
                 "files":["%s"]}""".formatted(String.join("\",\"", files)));
        var tsc = new ProcessBuilder(node(), compiler.resolve("tsc.js").toString(), "-p", project.toString())
                .redirectErrorStream(true)
                .start();
        var output = new String(tsc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tsc.waitFor()).as(output).isEqualTo(output.isEmpty() ? 0 : 2);
        return output;
    }

    /// Playwright brings one, so that none need be installed.
    private static String node() {
        return Driver.ensureDriverInstalled(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"), false)
                .createProcessBuilder()
                .command()
                .getFirst();
    }

    private static void copyWebJar(String name, String part, Path to) throws IOException, URISyntaxException {
        var root = WebJarVersionLocator.WEBJARS_PATH_PREFIX + "/" + name + "/"
                + new WebJarVersionLocator().version(name);
        var file = Objects.requireNonNull(TypesTests.class.getClassLoader().getResource(root + "/package.json"));
        try (var jar = FileSystems.newFileSystem(file.toURI(), Map.of())) {
            copy(jar.getPath(root, part), to);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    var target = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }
}
