package dev.ringback.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What pages promise is there: what they link to, and the routes, settings and members that they name.
class PagesTests {
    private static final Path DOCS = Path.of("docs");
    private static final Path INDEX = DOCS.resolve("README.md");

    private static final Pattern FENCED = Pattern.compile("(?ms)^[ \\t]*```(\\w*)[^\\n]*\\n(.*?)^[ \\t]*```[ \\t]*$");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *#*$");
    private static final Pattern ROUTE = Pattern
            .compile("\\b(GET|POST|PUT|DELETE)\\s+(/(?:api|webhooks?)/[^\\s`\"'?#,;)|]+)");
    private static final Pattern REQUESTED = Pattern
            .compile("(?:\\$api|\\$\\{?server}?|calls\\.example\\.com|localhost:8080)(/api/[a-z/-]+)(\\$?)");
    private static final Pattern SETTING = Pattern.compile("`(ringback\\.[a-z][a-z0-9.-]*)(?:=[^`]*)?`");
    private static final Pattern FILE = Pattern.compile("ringback\\.(js|ts|d\\.ts|dart|env)");
    private static final Pattern VARIABLE = Pattern.compile("\\bRINGBACK_[A-Z0-9_]*[A-Z0-9]\\b");

    private List<Path> pages;

    @BeforeEach
    void find() throws IOException {
        try (var docs = Files.walk(DOCS)) {
            pages = Stream
                    .concat(Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md")
                            .map(Path::of), docs.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        var astray = new ArrayList<String>();
        for (var page : pages) {
            for (var link : found(LINK, prose(page))) {
                if (!link.matches("[a-z]+:.*") && !leads(page, link)) {
                    astray.add(page + " → " + link);
                }
            }
        }
        assertThat(astray).isEmpty();
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        var named = found(LINK, prose(INDEX)).stream()
                .map(link -> DOCS.resolve(link.replaceAll("#.*", "")).normalize())
                .collect(Collectors.toSet());
        try (var docs = Files.walk(DOCS)) {
            assertThat(named).containsAll(docs
                    .filter(file -> file.toString().matches(".*\\.(md|yaml|json|rules|acl)") && !file.equals(INDEX))
                    .toList());
        }
    }

    @Test
    void routesThatAreNamedAreServed() throws IOException {
        var served = JsonMapper.shared().readTree(Files.readString(DOCS.resolve("openapi.json"))).get("paths");
        var unknown = new TreeSet<String>();
        for (var page : pages) {
            var text = Files.readString(page);
            ROUTE.matcher(text).results().forEach(route -> {
                // "POST …/{id}/resend", "/unsubscribe": the rest of a route that stands before it
                var path = route.group(2).replaceAll("[.…:*]+$", "");
                if (!isServed(served, route.group(1), path)) {
                    unknown.add(page + ": " + route.group(1) + " " + path);
                }
            });
            REQUESTED.matcher(text)
                    .results()
                    .filter(request -> !isServed(served, request))
                    .forEach(request -> unknown.add(
                            page + ": " + request.group(1)));
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void settingsThatAreNamedExist() throws IOException {
        var settings = settings();
        var variables = settings.stream()
                .map(name -> name.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        var metrics = metrics();
        var unknown = new TreeSet<String>();
        for (var page : pages) {
            var text = Files.readString(page);
            found(SETTING, text).stream()
                    .map(name -> name.replaceAll("[.-]+$", ""))
                    .filter(name -> settings.stream().noneMatch(known -> isOrHolds(known, name)))
                    .filter(name -> !metrics.contains(name) && !FILE.matcher(name).matches())
                    .forEach(name -> unknown.add(page + ": " + name));
            VARIABLE.matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .filter(name -> variables.stream().noneMatch(known -> isOrHoldsVariable(known, name)))
                    .forEach(name -> unknown.add(page + ": " + name));
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void pushesAndEventsThatAreShownHaveTheMembersOfTheService() throws IOException {
        var members = Set.of("type", "call_id", "room_id", "version", "state", "reason", "reason_text", "call_type",
                "caller_id", "caller_name", "expires_at", "expires_in_ms", "answered_by_device", "busy", "custom",
                "token",
                "action_token", "aps");
        var shown = new ArrayList<JsonNode>();
        for (var page : pages) {
            if (page.startsWith(DOCS.resolve("guides"))) {
                for (var block : FENCED.matcher(Files.readString(page)).results().toList()) {
                    if (block.group(1).equals("json")) {
                        shown.add(json(page, block.group(2)));
                    }
                }
            }
        }
        assertThat(shown).hasSizeGreaterThan(8)
                .allSatisfy(push -> assertThat(members).containsAll(push.propertyNames()))
                .allSatisfy(push -> assertThat(push.propertyNames()).contains("type", "call_id", "version", "state",
                        "caller_id", "caller_name", "call_type", "expires_at", "expires_in_ms"))
                .allSatisfy(push -> assertThat(push.has("action_token"))
                        .isEqualTo(push.get("type").asString().equals("incoming_call")));
    }

    private boolean leads(Path page, String link) throws IOException {
        var parts = link.split("#", 2);
        var target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1 || !target.toString().endsWith(".md") || anchors(target).contains(parts[1]);
    }

    /// As GitHub makes them of headings.
    private static Set<String> anchors(Path page) throws IOException {
        var anchors = new HashSet<String>();
        HEADING.matcher(prose(page)).results().map(heading -> anchor(heading.group(1))).forEach(anchor -> {
            var unique = anchor;
            for (int copy = 1; !anchors.add(unique); copy++) {
                unique = anchor + "-" + copy;
            }
        });
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    /// Without what is in fences.
    private static String prose(Path page) throws IOException {
        return FENCED.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static boolean isServed(JsonNode routes, String method, String path) {
        return routes.propertyStream()
                .filter(route -> route.getValue().has(method.toLowerCase(Locale.ROOT)))
                .anyMatch(route -> fits(route.getKey(), path));
    }

    /// A path that goes on with a variable of the shell is looked up as far as it is written.
    private static boolean isServed(JsonNode routes, MatchResult request) {
        return routes.propertyNames()
                .stream()
                .anyMatch(route -> (request.group(2).isEmpty() && !request.group(1).endsWith("/"))
                        ? fits(route, request.group(1))
                        : route.startsWith(request.group(1)));
    }

    /// Whatever stands in the place of a parameter will do: `{id}`, `$CALL`, `<call_id>`, `dialstack`.
    private static boolean fits(String route, String path) {
        var pattern = Stream.of(route.split("/"))
                .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
                .collect(Collectors.joining("/"));
        return path.matches(pattern);
    }

    private static boolean isOrHolds(String known, String name) {
        return known.equals(name) || known.startsWith(name + ".") || name.startsWith(known + "[")
                || name.startsWith(known + ".");
    }

    /// `RINGBACK_APNS_*`, or an element of a list: `RINGBACK_WEBHOOK_OUT_ENDPOINTS_0_URL`.
    private static boolean isOrHoldsVariable(String known, String name) {
        return known.equals(name) || known.startsWith(name + "_") || name.matches(known + "_\\d+(_.*)?");
    }

    private static Set<String> settings() throws IOException {
        try (var metadata = Objects.requireNonNull(PagesTests.class.getClassLoader()
                .getResourceAsStream("META-INF/spring-configuration-metadata.json"))) {
            return JsonMapper.shared()
                    .readTree(metadata)
                    .get("properties")
                    .valueStream()
                    .map(setting -> setting.get("name").asString())
                    .collect(Collectors.toSet());
        }
    }

    /// Metrics are named like settings; the sources know which is which.
    private static Set<String> metrics() throws IOException {
        var literal = Pattern.compile("\"(ringback\\.[a-z][a-z.]*)\"");
        var names = new HashSet<String>();
        try (var sources = Files.walk(Path.of("src", "main", "java"))) {
            for (var source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                names.addAll(found(literal, Files.readString(source)));
            }
        }
        return names;
    }

    private static JsonNode json(Path page, String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException failure) {
            throw new AssertionError(page + " shows what is no JSON: " + text, failure);
        }
    }
}
