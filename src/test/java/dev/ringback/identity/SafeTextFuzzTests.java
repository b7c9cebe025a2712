package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.support.Quiet;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ExtendWith;

/// Names as users write them, in UTF-8 or, so that halves of pairs come up too, as UTF-16.
@ExtendWith(Quiet.class)
class SafeTextFuzzTests {
    private static final int JOINER = 0x200D;

    @FuzzTest
    void whatIsLeftIsSafeToShow(byte[] data) {
        holds(new String(data, StandardCharsets.UTF_8));
        var halves = new char[data.length / 2];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = (char) (data[2 * i] << 8 | (data[2 * i + 1] & 0xff));
        }
        holds(new String(halves));
    }

    private static void holds(String text) {
        var name = SafeText.name(text);
        if (name == null) {
            return;
        }
        assertThat(name).isNotBlank().isEqualTo(name.strip());
        assertThat(name.codePointCount(0, name.length())).isLessThanOrEqualTo(100);
        assertThat(name.codePoints()).allMatch(SafeTextFuzzTests::isSafe);
        assertThat(SafeText.name(name)).isEqualTo(name);
        assertThat(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).isEqualTo(name);
    }

    private static boolean isSafe(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.FORMAT -> character == JOINER;
            default -> true;
        };
    }
}
