package dev.ringback.room.enablex;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.support.FuzzedAnswer;
import dev.ringback.support.Quiet;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.extension.ExtendWith;

/// What EnableX, or whatever stands in its place, may answer to each request.
@ExtendWith(Quiet.class)
class EnableXAnswersFuzzTests {
    private static final Limits ONCE = new Limits(EnableXServer.SHORT.connect(), EnableXServer.SHORT.total(), 0,
            EnableXServer.SHORT.firstPause(), io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.custom()
                    .minimumNumberOfCalls(Integer.MAX_VALUE)
                    .build());
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private FuzzedAnswer answer = FuzzedAnswer.of(new byte[0]);
    private final RoomProvider provider = EnableXConfiguration.provider(
            EnableXConfiguration.http(ONCE).addInterceptor(this::answer).build(),
            EnableXServer.requestsTo(HttpUrl.get("https://enablex.invalid/video/v2")), ONCE, false);

    @FuzzTest
    void anyAnswerIsOneOfTheKnownEndings(byte[] data) {
        answer = FuzzedAnswer.of(data);
        ends(p -> assertThat(p.createRoom(EnableXServer.CALL, "alice")).isNotBlank());
        ends(p -> assertThat(p.issueToken(EnableXServer.TOKEN)).isNotBlank());
        ends(p -> p.deleteRoom("r1"));
        ends(p -> assertThat(p.listRooms()).allMatch(room -> !room.roomId().isBlank()));
    }

    private void ends(Consumer<RoomProvider> request) {
        try {
            request.accept(provider);
        } catch (RoomFailure failure) {
            var words = Objects.requireNonNull(failure.getMessage());
            assertThat(words).hasSizeLessThan(2_000)
                    .doesNotContain("the-app-key", "the-app-id", "dGhlLWFwcC1pZDp0aGUtYXBwLWtleQ")
                    .doesNotContainPattern(CONTROL);
        }
    }

    private Response answer(Interceptor.Chain chain) {
        return new Response.Builder().request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(answer.status())
                .message("")
                .headers(new okhttp3.Headers.Builder().addUnsafeNonAscii("Retry-After", answer.retryAfter()).build())
                .body(ResponseBody.create(answer.body(), MediaType.get("application/json")))
                .build();
    }
}
