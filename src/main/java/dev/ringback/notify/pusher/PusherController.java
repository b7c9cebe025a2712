package dev.ringback.notify.pusher;

import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// Lets users into their own channel and into no other. Without a Pusher app there is nothing here.
@RestController
@RequestMapping("/api/pusher")
@Tag(name = "Pusher")
class PusherController {
    private static final JsonMapper JSON = JsonMapper.shared();
    /// pusher.com/docs/channels/library_auth_reference/auth-signatures.
    private static final Pattern SOCKET_ID = Pattern.compile("[0-9]{1,32}\\.[0-9]{1,32}");
    private static final Pattern CHANNEL = Pattern.compile("[-a-zA-Z0-9_=@,.;]{1," + ChannelName.MAX_LENGTH + "}");

    private final ObjectProvider<PusherApp> app;

    PusherController(ObjectProvider<PusherApp> app) {
        this.app = app;
    }

    /// What a client asks before it listens.
    ///
    /// @param socketId of its connection, as Pusher gave it
    /// @param channelName which it wants to listen to
    /// @param userId for `server` tokens: who listens
    record SocketSubscription(@Nullable String socketId, @Nullable String channelName, @Nullable String userId) {}

    /// The word that lets it in.
    ///
    /// @param auth the app's key and the signature
    record Admission(String auth) {}

    /// Where a user listens.
    ///
    /// @param channel the user's own
    /// @param key the app's key, which is no secret
    record UsersChannel(String channel, String key) {}

    @Operation(summary = "Let the user's socket listen to the user's own channel, as pusher-js asks for it")
    @PostMapping(value = "/auth", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Admission authorizeForm(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "socket_id", required = false) @Nullable String socketId,
            @RequestParam(name = "channel_name", required = false) @Nullable String channelName,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        return authorize(requester, new SocketSubscription(socketId, channelName, userId));
    }

    @Operation(summary = "Let the user's socket listen to the user's own channel")
    @PostMapping(value = "/auth", consumes = MediaType.APPLICATION_JSON_VALUE)
    Admission authorize(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody SocketSubscription asked) {
        var signer = app();
        var own = ChannelName.of(requester.actingAs(asked.userId(), "user_id"));
        var socketId = valid("socket_id", asked.socketId(), SOCKET_ID, "must be two numbers with a dot between them");
        var channel = valid("channel_name", asked.channelName(), CHANNEL,
                "must have 1 to 164 characters of A-Z a-z 0-9 _ - = @ , . ;");
        if (!channel.equals(own)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "Users may listen to their own channel only.");
        }
        return JSON.readValue(signer.admission(socketId, own), Admission.class);
    }

    @Operation(summary = "The name of the user's channel, and the key of the app in which it is")
    @GetMapping("/channel")
    UsersChannel channel(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        var signer = app();
        return new UsersChannel(ChannelName.of(requester.actingAs(userId, "user_id")), signer.publicKey());
    }

    private PusherApp app() {
        var on = app.getIfAvailable();
        if (on == null) {
            throw new ProblemException(ProblemCode.NOT_FOUND);
        }
        return on;
    }

    private static String valid(String member, @Nullable String value, Pattern pattern, String message) {
        if (value == null || !pattern.matcher(value).matches()) {
            throw ProblemException.invalid(member, message);
        }
        return value;
    }
}
