package dev.ringback.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is shipped, by the bill of materials that the jar carries: only under licences that we take, and each jar named in
/// `docs/dependencies.md`. To write the list anew:
/// `./mvnw test -Dtest=DependenciesPageTests -DargLine="-Dringback.docs.write=true"`.
class DependenciesPageTests {
    private static final Path PAGE = Path.of("docs", "dependencies.md");
    private static final String LIST = "## Every jar\n";

    /// Where a jar offers a choice, one of them is enough. The two without an SPDX name are BSD-3-Clause (RE2/J) and MIT
    /// (Bouncy Castle) in their own words.
    private static final Set<String> TAKEN = Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause",
            "0BSD",
            "EPL-1.0", "EPL-2.0", "CC0-1.0", "Go License", "Bouncy Castle Licence");

    /// Under CDDL-1.0 or GPL-2.0 with the class path exception: a few annotations, unchanged, by way of firebase-admin.
    private static final Set<String> EXCEPTIONS = Set.of("javax.annotation:javax.annotation-api");

    @Test
    void everythingShippedIsUnderALicenceThatWeTake() throws IOException {
        assertThat(components()).isNotEmpty()
                .filteredOn(component -> licences(component).stream().noneMatch(TAKEN::contains))
                .extracting(DependenciesPageTests::name)
                .isSubsetOf(EXCEPTIONS);
    }

    @Test
    void thePageNamesEveryJar() throws IOException {
        var page = Files.readString(PAGE);
        var written = page.substring(0, page.indexOf(LIST) + LIST.length()) + list();
        if (Boolean.getBoolean("ringback.docs.write")) {
            Files.writeString(PAGE, written);
        }
        assertThat(PAGE).hasContent(written);
    }

    private static String list() throws IOException {
        var byLicence = new TreeMap<String, Set<String>>();
        components().forEach(component -> byLicence
                .computeIfAbsent(String.join(" or ", licences(component)), _ -> new TreeSet<>())
                .add(name(component)));
        return byLicence.entrySet()
                .stream()
                .map(entry -> "\n**" + entry.getKey() + "** (" + entry.getValue().size() + "): "
                        + entry.getValue().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "))
                        + "\n")
                .collect(Collectors.joining());
    }

    private static List<JsonNode> components() throws IOException {
        try (var bom = Objects.requireNonNull(
                DependenciesPageTests.class.getClassLoader()
                        .getResourceAsStream("META-INF/sbom/application.cdx.json"))) {
            return JsonMapper.shared().readTree(bom).path("components").valueStream().toList();
        }
    }

    private static String name(JsonNode component) {
        return component.path("group").asString("") + ":" + component.path("name").asString("");
    }

    private static List<String> licences(JsonNode component) {
        return component.path("licenses")
                .valueStream()
                .flatMap(DependenciesPageTests::names)
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<String> names(JsonNode entry) {
        var licence = entry.path("license");
        return Stream.of(licence.path("id"), licence.path("name"), entry.path("expression"))
                .map(node -> node.asString(""))
                .filter(name -> !name.isEmpty())
                .limit(1);
    }
}
