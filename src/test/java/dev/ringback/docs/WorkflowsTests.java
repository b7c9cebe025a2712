package dev.ringback.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What runs at GitHub is what runs here, may do no more than it needs, and takes no action that moves under it unseen.
class WorkflowsTests {
    private static final Path FOLDER = Path.of(".github", "workflows");
    private static final Pattern PINNED = Pattern.compile("[\\w.-]+/[\\w./-]+@(v\\d+(\\.\\d+)*|[0-9a-f]{40})");

    @Test
    void theirTestsAreThoseOfTheGate() throws IOException {
        var gate = Files.readAllLines(Path.of(".ci", "run"))
                .stream()
                .filter(line -> line.startsWith("./mvnw") || line.startsWith("fuzz/"))
                .toList();
        assertThat(gate).hasSize(2);
        assertThat(commands("ci.yml", "verify")).containsAll(gate);
        assertThat(commands("release.yml", "verify")).contains(gate.getFirst());
    }

    @Test
    void permissionsAreGivenJobByJob() throws IOException {
        assertThat(workflows()).isNotEmpty()
                .allSatisfy((_, workflow) -> assertThat(workflow.get("permissions"))
                        .hasToString("{\"contents\":\"read\"}"));
    }

    @Test
    void actionsArePinned() throws IOException {
        assertThat(workflows().values()
                .stream()
                .flatMap(WorkflowsTests::steps)
                .map(step -> step.path("uses").asString(""))
                .filter(action -> !action.isEmpty()))
                .isNotEmpty()
                .allMatch(PINNED.asMatchPredicate());
    }

    @Test
    void everyJobEnds() throws IOException {
        assertThat(workflows().values().stream().flatMap(workflow -> workflow.get("jobs").valueStream()))
                .allMatch(job -> job.path("timeout-minutes").isInt());
    }

    private static List<String> commands(String workflow, String job) throws IOException {
        return Objects.requireNonNull(workflows().get(workflow), workflow)
                .get("jobs")
                .get(job)
                .get("steps")
                .valueStream()
                .map(step -> step.path("run").asString("").strip())
                .toList();
    }

    private static Stream<JsonNode> steps(JsonNode workflow) {
        return workflow.get("jobs").valueStream().flatMap(job -> job.get("steps").valueStream());
    }

    private static Map<String, JsonNode> workflows() throws IOException {
        var all = new TreeMap<String, JsonNode>();
        try (var files = Files.list(FOLDER)) {
            for (var file : files.toList()) {
                var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
                all.put(file.getFileName().toString(),
                        JsonMapper.shared().valueToTree(yaml.<Object>load(Files.readString(file))));
            }
        }
        return all;
    }
}
