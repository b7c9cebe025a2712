package dev.ringback.notify.stomp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `docs/asyncapi.yaml`, and as much of JSON Schema as stands in it. Stricter than a client's: a member that is not
/// described is a fault, too.
record AsyncApi(JsonNode root) {
    private static final Path FILE = Path.of("docs", "asyncapi.yaml");

    static AsyncApi read() throws IOException {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return new AsyncApi(JsonMapper.shared().valueToTree(yaml.<Object>load(Files.readString(FILE))));
    }

    JsonNode channel(String name) {
        return root.get("channels").get(name);
    }

    JsonNode message(String name) {
        return root.get("components").get("messages").get(name);
    }

    JsonNode schema(String name) {
        return root.get("components").get("schemas").get(name);
    }

    /// What is meant, where that stands elsewhere.
    JsonNode meant(JsonNode node) {
        var reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : meant(root.at(reference.substring(1)));
    }

    /// The names of all members that an object may have.
    Set<String> members(JsonNode schema) {
        var all = new TreeSet<String>();
        parts(schema).forEach(part -> all.addAll(part.path("properties").propertyNames()));
        return all;
    }

    /// What is wrong with a value, each fault with its place; empty when nothing is.
    List<String> faults(JsonNode schema, JsonNode value) {
        var faults = new ArrayList<String>();
        check(schema, value, "", faults);
        return faults;
    }

    private Stream<JsonNode> parts(JsonNode schema) {
        var meant = meant(schema);
        return Stream.concat(Stream.of(meant), meant.path("allOf").valueStream().flatMap(this::parts));
    }

    private void check(JsonNode schema, JsonNode value, String at, List<String> faults) {
        parts(schema).forEach(part -> checkPart(part, value, at, faults));
        var known = members(schema);
        if (value.isObject() && !known.isEmpty()) {
            value.propertyNames()
                    .stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> faults.add(
                            at + "/" + name + " is not described"));
        }
    }

    private void checkPart(JsonNode schema, JsonNode value, String at, List<String> faults) {
        if (schema.has("type") && types(schema).noneMatch(type -> isA(type, value))) {
            faults.add(at + " is no " + schema.get("type") + ": " + value);
            return;
        }
        if (schema.has("const") && !schema.get("const").equals(value)) {
            faults.add(at + " is not " + schema.get("const") + ": " + value);
        }
        if (schema.has("enum") && schema.get("enum").valueStream().noneMatch(value::equals)) {
            faults.add(at + " is none of " + schema.get("enum") + ": " + value);
        }
        if (schema.has("format") && value.isString() && !hasFormat(schema.get("format").asString(), value.asString())) {
            faults.add(at + " has not the format " + schema.get("format") + ": " + value);
        }
        if (value.isNumber() && value.asLong() < schema.path("minimum").asLong(Long.MIN_VALUE)) {
            faults.add(at + " is too small: " + value);
        }
        if (value.isObject()) {
            schema.path("required")
                    .valueStream()
                    .map(JsonNode::asString)
                    .filter(name -> !value.has(name))
                    .forEach(name -> faults.add(at + "/" + name + " is missing"));
        }
        schema.path("properties")
                .propertyStream()
                .filter(member -> value.has(member.getKey()))
                .forEach(member -> check(member.getValue(), value.get(member.getKey()), at + "/" + member.getKey(),
                        faults));
        if (value.isArray() && schema.has("items")) {
            value.valueStream().forEach(item -> check(schema.get("items"), item, at + "[]", faults));
        }
    }

    private static Stream<String> types(JsonNode schema) {
        var type = schema.get("type");
        return type.isArray() ? type.valueStream().map(JsonNode::asString) : Stream.of(type.asString());
    }

    private static boolean isA(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static boolean hasFormat(String format, String text) {
        try {
            return switch (format) {
                case "date-time" -> Instant.parse(text).isAfter(Instant.EPOCH);
                case "uuid" -> UUID.fromString(text).toString().equals(text);
                default -> throw new IllegalStateException(format);
            };
        } catch (DateTimeParseException | IllegalArgumentException _) {
            return false;
        }
    }
}
