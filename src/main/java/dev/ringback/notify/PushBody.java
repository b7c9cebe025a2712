package dev.ringback.notify;

import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/// The event as a push carries it: the contract's members without the list of invitations, which a device does not need
/// to ring and which would not fit.
///
/// Providers limit the size. Members that a device can do without then go, the least needed first, and can be had by
/// `GET /api/call/{id}`; what makes the phone ring always fits. Of a call that another platform keeps it holds that
/// platform's own members, which are few and short, and nothing else.
public final class PushBody {
    private static final JsonMapper JSON = JsonMapper.shared();
    /// In the order in which they are given up.
    private static final List<String> OPTIONAL = List.of("custom", "reason_text", "answered_by_device", "token",
            "action_token", "caller_name", "room_id");

    private static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final SequencedMap<String, Object> members;

    private PushBody(SequencedMap<String, Object> members) {
        this.members = members;
    }

    static PushBody of(Notice notice, @Nullable String actionToken) {
        var foreign = notice.foreign();
        return foreign == null ? own(notice, actionToken) : new PushBody(new LinkedHashMap<>(foreign));
    }

    /// The same for a broker, where the caller of several users hears, too, and must be told whom it is about.
    static PushBody published(Notice notice, @Nullable String actionToken) {
        var body = own(notice, actionToken);
        putIfThere(body.members, "user_id", notice.userId());
        return body;
    }

    private static PushBody own(Notice notice, @Nullable String actionToken) {
        var call = notice.call();
        var members = new LinkedHashMap<String, Object>();
        members.put("type", notice.type().name().toLowerCase(Locale.ROOT));
        members.put("call_id", call.callId().toString());
        putIfThere(members, "room_id", call.roomId());
        members.put("version", call.version());
        members.put("state", call.state());
        putIfThere(members, "reason", notice.reason());
        putIfThere(members, "reason_text", call.reasonText());
        members.put("caller_id", call.callerId());
        members.put("caller_name", call.callerName());
        members.put("call_type", call.callType());
        members.put("expires_at", MILLISECONDS.format(notice.expiresAt()));
        members.put("expires_in_ms", notice.expiresInMs());
        putIfThere(members, "answered_by_device", notice.answeredByDevice());
        putIfThere(members, "busy", notice.busy());
        putIfThere(members, "custom", call.custom() == null ? null : new RawValue(call.custom()));
        putIfThere(members, "token", notice.token());
        putIfThere(members, "action_token", actionToken);
        return new PushBody(members);
    }

    /// As a JSON object.
    ///
    /// @param wrapping members of the provider's own, in front of the event's
    /// @param maxBytes of UTF-8, the wrapping included
    public byte[] json(Map<String, ?> wrapping, int maxBytes) {
        var body = new LinkedHashMap<String, Object>(wrapping);
        body.putAll(members);
        byte[] bytes = JSON.writeValueAsBytes(body);
        for (var member : OPTIONAL) {
            if (bytes.length <= maxBytes) {
                break;
            }
            if (body.remove(member) != null) {
                bytes = JSON.writeValueAsBytes(body);
            }
        }
        return bytes;
    }

    /// As a flat map of texts, `custom` being JSON in one of them.
    ///
    /// @param maxBytes of UTF-8, keys and values together
    public Map<String, String> texts(int maxBytes) {
        var body = new LinkedHashMap<String, String>();
        members.forEach((key, value) -> body.put(key, text(value)));
        for (var member : OPTIONAL) {
            if (bytes(body) <= maxBytes) {
                break;
            }
            body.remove(member);
        }
        return body;
    }

    private static String text(Object value) {
        return value instanceof RawValue raw ? String.valueOf(raw.rawValue()) : value.toString();
    }

    private static int bytes(Map<String, String> body) {
        return body.entrySet().stream().mapToInt(e -> utf8(e.getKey()) + utf8(e.getValue())).sum();
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void putIfThere(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
    }
}
