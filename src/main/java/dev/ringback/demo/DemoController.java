package dev.ringback.demo;

import static java.util.stream.Collectors.toMap;

import dev.ringback.call.Calls;
import dev.ringback.identity.ConditionalOnDemoMode;
import dev.ringback.identity.DemoTokens;
import dev.ringback.identity.SafeText;
import dev.ringback.notify.Channel;
import dev.ringback.web.ValidId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What the demo page needs beside the API.
@RestController
@RequestMapping("/demo")
@ConditionalOnDemoMode
@Tag(name = "Demo", description = "In demo mode only")
class DemoController {
    private final DemoTokens tokens;
    private final Presence presence;
    private final boolean simulatedRooms;
    private final Map<String, Boolean> simulatedPushes;

    DemoController(DemoTokens tokens, Presence presence, Calls calls, ObjectProvider<Channel> channels) {
        this.tokens = tokens;
        this.presence = presence;
        this.simulatedRooms = calls.roomsAreSimulated();
        this.simulatedPushes = channels.stream().collect(toMap(Channel::name, Channel::isSimulated));
    }

    @Operation(summary = "A user token for anybody")
    @PostMapping("/token")
    DemoTokens.Minted token(@RequestBody @Valid TokenRequest request) {
        return tokens.mint(request.userId(), SafeText.name(request.name()));
    }

    @Operation(summary = "Who has the demo page open, and what is simulated")
    @GetMapping("/users")
    Lobby users() {
        return new Lobby(presence.online(), simulatedRooms, simulatedPushes);
    }

    /// @param userId whom the token shall name
    /// @param name the display name it shall vouch for
    record TokenRequest(@NotNull @ValidId String userId, @Nullable String name) {}

    /// @param users who is connected
    /// @param simulatedRooms whether the room provider is the simulator
    /// @param simulatedPushes for each push channel, whether its phones are simulated
    record Lobby(List<Presence.Online> users, boolean simulatedRooms, Map<String, Boolean> simulatedPushes) {}
}
