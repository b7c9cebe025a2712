package dev.ringback.room.simulator;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import tools.jackson.databind.json.JsonMapper;

/// An answer in EnableX's shapes: `result` 0 for success, its newer shape for errors
/// (developer.enablex.io/reference/errors.html).
record Reply(int status, Map<String, Object> body) {
    private static final MediaType JSON = MediaType.get("application/json");

    static Reply success(Map<String, Object> members) {
        var body = new TreeMap<String, Object>(members);
        body.put("result", 0);
        return new Reply(200, body);
    }

    static Reply error(int status, String code, String message) {
        var requestId = UUID.randomUUID().toString();
        return new Reply(status,
                Map.of("status", "error", "error_code", code, "message", message, "request_id", requestId));
    }

    Response to(Request request) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("Simulated")
                .body(ResponseBody.create(JsonMapper.shared().writeValueAsBytes(body), JSON))
                .build();
    }
}
