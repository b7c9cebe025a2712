package dev.ringback.permit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.identity.SafeText;
import java.io.IOException;
import java.util.Objects;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/// What the operator's backend, or whatever stands in its place, may answer.
class PermitAnswerFuzzTests {

    @FuzzTest
    void anAnswerIsADecisionOrNone(byte[] data) {
        try {
            switch (PermitAnswer.read(200, new Buffer().write(data))) {
                case Permit.Allowed(var name) -> isSafe(name, 100);
                case Permit.Denied(var reason) -> isSafe(reason, 200);
                case Permit.NotAsked _,Permit.Unanswered _ -> throw new AssertionError("no answer says that");
            }
        } catch (IOException failure) {
            assertThat(Objects.requireNonNull(failure.getMessage())).hasSizeLessThan(80);
        }
    }

    private static void isSafe(@Nullable String text, int longest) {
        if (text != null) {
            assertThat(text).isNotBlank().isEqualTo(SafeText.clean(text, longest));
            assertThat(text.codePointCount(0, text.length())).isLessThanOrEqualTo(longest);
        }
    }
}
