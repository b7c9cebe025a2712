package dev.ringback.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/// Names members and words in the API description as they are on the wire: its maker reads the Java types by rules of its
/// own and knows nothing of ours.
@Component
class SnakeCaseApiDocs implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI api) {
        api.getComponents().getSchemas().values().forEach(SnakeCaseApiDocs::rename);
        api.getPaths()
                .values()
                .stream()
                .map(PathItem::readOperations)
                .flatMap(Collection::stream)
                .map(Operation::getParameters)
                .filter(Objects::nonNull)
                .flatMap(Collection::stream)
                .map(Parameter::getSchema)
                .forEach(SnakeCaseApiDocs::rename);
    }

    private static void rename(@Nullable Schema<?> schema) {
        if (schema == null) {
            return;
        }
        @SuppressWarnings("rawtypes") // the library's own type
        Map<String, Schema> properties = schema.getProperties();
        if (properties != null) {
            @SuppressWarnings("rawtypes")
            var renamed = new LinkedHashMap<String, Schema>();
            properties.forEach((name, property) -> {
                rename(property);
                renamed.put(Names.snakeCase(name), property);
            });
            schema.setProperties(renamed);
        }
        if (schema.getRequired() != null) {
            schema.setRequired(schema.getRequired().stream().map(Names::snakeCase).toList());
        }
        rename(schema.getItems());
        lowerCaseWords(schema);
    }

    private static <T> void lowerCaseWords(Schema<T> schema) {
        List<T> words = schema.getEnum();
        if (words != null && words.stream().allMatch(String.class::isInstance)) {
            @SuppressWarnings("unchecked")
            var lower = (Stream<T>) words.stream().map(word -> word.toString().toLowerCase(Locale.ROOT));
            schema.setEnum(lower.toList());
        }
    }
}
