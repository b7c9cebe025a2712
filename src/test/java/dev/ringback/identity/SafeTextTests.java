package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTests {

    @ParameterizedTest
    @CsvSource({"Alice,Alice", "' Alice ',Alice", "'Al\u0000ice\n',Alice", "'\u202eecilA\u202c',ecilA",
            "'\u2066Al\u2069ice\u200f',Alice", "'Ali\u00adce\ufeff',Alice",
            "'Jos\u00e9 \u4f0a\u85e4',Jos\u00e9 \u4f0a\u85e4",
            "'<b>Al</b>',<b>Al</b>"})
    void controlAndBidirectionalCharactersGo(String name, String cleaned) {
        assertThat(SafeText.name(name)).isEqualTo(cleaned);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u202e", "\n\t", "\ud800"})
    void anEmptyNameIsNone(String name) {
        assertThat(SafeText.name(name)).isNull();
    }

    @Test
    void aFamilyStaysTogether() {
        var family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67";
        assertThat(SafeText.name(family)).isEqualTo(family);
    }

    @Test
    void itIsCutAt100CharactersAndNotInTheMiddleOfOne() {
        var emoji = "\ud83d\udcde".repeat(150);
        assertThat(SafeText.name(emoji)).isEqualTo("\ud83d\udcde".repeat(100));
    }
}
