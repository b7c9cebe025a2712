package dev.ringback.web;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/// An id of somebody else's making: a user, a device, a room. Opaque to Ringback; refused only when it would break a
/// log line, a database or a destination. Null passes.
@Documented
@Constraint(validatedBy = {})
@ReportAsSingleViolation
@Size(min = 1, max = ValidId.MAX_LENGTH)
@Pattern(regexp = ValidId.PATTERN)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE,
        ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface ValidId {
    int MAX_LENGTH = 128;
    /// No control characters, no unpaired surrogates, no blank edges.
    String PATTERN = "(?U)[^\\p{Cc}\\p{Cs}\\s]([^\\p{Cc}\\p{Cs}]*[^\\p{Cc}\\p{Cs}\\s])?";

    /// What a client is told of an id that is not valid.
    String MESSAGE = "must have 1 to 128 characters, no control characters and no blanks at its edges";

    String message() default MESSAGE;

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /// The same check outside Bean Validation.
    final class Check {
        private static final java.util.regex.Pattern VALID = java.util.regex.Pattern.compile(PATTERN);

        private Check() {}

        /// Whether `id` is there and valid.
        public static boolean isValid(@Nullable String id) {
            return id != null && id.length() <= MAX_LENGTH && VALID.matcher(id).matches();
        }
    }
}
