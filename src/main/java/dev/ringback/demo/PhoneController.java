package dev.ringback.demo;

import dev.ringback.demo.SimulatedPhones.Behaviour;
import dev.ringback.identity.ConditionalOnDemoMode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// The simulated phones of the demo page. What they are registered by is the API's own `POST /api/push/register`.
@RestController
@RequestMapping("/demo")
@ConditionalOnDemoMode
@Tag(name = "Demo")
class PhoneController {
    private static final int MOST_TOKENS = 32;
    /// No push service's token is longer.
    private static final int LONGEST_TOKEN = 2048;

    private final SimulatedPhones phones;
    private final PushStreams streams;

    PhoneController(SimulatedPhones phones, PushStreams streams) {
        this.phones = phones;
        this.streams = streams;
    }

    @Operation(summary = "The pushes to these tokens, while they happen, as Server-Sent Events")
    @Parameter(name = "token", description = "1 to 32 of them")
    @GetMapping(path = "/pushes", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter pushes(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        var tokens = new LinkedHashSet<>(parameters.getOrDefault("token", List.of()));
        if (tokens.isEmpty() || tokens.size() > MOST_TOKENS) {
            throw ProblemException.invalid("token", "must be given 1 to " + MOST_TOKENS + " times");
        }
        return streams.open(tokens);
    }

    @Operation(summary = "How a simulated phone behaves from the next push on")
    @PostMapping("/phones")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void behave(@RequestBody @Valid Phone phone) {
        phones.behave(phone.token(), phone.behaviour());
    }

    /// @param token of the phone
    /// @param behaviour `uninstalled`: the provider no longer knows the token; `slow`: it answers after 2 s; `failing`: it
    ///        answers 503
    record Phone(@NotNull @Size(min = 1, max = LONGEST_TOKEN) String token, @NotNull Behaviour behaviour) {
        @Override
        public String toString() {
            return "Phone[***, " + behaviour + "]";
        }
    }
}
