package dev.ringback.announce;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.stereotype.Component;

/// The endpoints of the settings, checked.
@Component
final class Endpoints {
    private static final int ID_LENGTH = 16;

    private final List<Endpoint> all;

    /// @throws FailureAnalyzedException that names what is wrong with the settings, without quoting it
    Endpoints(AnnounceSettings settings) {
        var read = new ArrayList<Endpoint>();
        for (int index = 0; index < settings.endpoints().size(); index++) {
            var endpoint = settings.endpoints().get(index);
            if (!endpoint.isEmpty()) {
                read.add(checked(index, endpoint, settings.allowPrivateAddresses()));
            }
        }
        var ids = new HashSet<String>();
        read.stream().filter(endpoint -> !ids.add(endpoint.id())).findFirst().ifPresent(twice -> {
            throw wrong(twice.index(), "url", "is that of another endpoint, too", "Give each endpoint its own URL.");
        });
        this.all = List.copyOf(read);
    }

    List<Endpoint> all() {
        return all;
    }

    /// Those that are told of this.
    List<Endpoint> of(EventType type) {
        return all.stream().filter(endpoint -> endpoint.events().contains(type)).toList();
    }

    Optional<Endpoint> withId(String id) {
        return all.stream().filter(endpoint -> endpoint.id().equals(id)).findFirst();
    }

    private static Endpoint checked(int index, AnnounceSettings.Endpoint set, boolean closedNetwork) {
        var url = HttpUrl.parse(set.url().strip());
        if (url == null || (!url.isHttps() && !closedNetwork) || !url.username().isEmpty() || !url.password().isEmpty()
                || url.fragment() != null) {
            throw wrong(index, "url",
                    "is not an https URL without user and fragment",
                    "Set it to one such as https://backend.example.com/ringback. (In a closed network "
                            + "ringback.webhook.out.allow-private-addresses=true also takes http.)");
        }
        return new Endpoint(index, id(url), url, signer(index, set), events(index, set));
    }

    private static Signer signer(int index, AnnounceSettings.Endpoint set) {
        try {
            return Signer.of(set.secrets().stream().filter(secret -> !secret.isBlank()).toList());
        } catch (IllegalArgumentException problem) {
            throw wrong(index, "secrets", String.valueOf(problem.getMessage()),
                    "Make one by: echo whsec_$(openssl rand -base64 32)");
        }
    }

    private static Set<EventType> events(int index, AnnounceSettings.Endpoint set) {
        var words = set.events().stream().map(String::strip).filter(word -> !word.isEmpty()).toList();
        var types = EnumSet.noneOf(EventType.class);
        for (var word : words) {
            types.add(EventType.of(word)
                    .orElseThrow(() -> wrong(index, "events", "holds a name that is no event's: " + word,
                            "Use the names in webhooks.md, such as call.ended, or leave it out for all events.")));
        }
        return words.isEmpty() ? EnumSet.allOf(EventType.class) : types;
    }

    private static String id(HttpUrl url) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(url.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, ID_LENGTH);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static FailureAnalyzedException wrong(int index, String member, String what, String action) {
        return new FailureAnalyzedException("ringback.webhook.out.endpoints[%d].%s %s.".formatted(index, member, what),
                action);
    }
}
