package load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One HTTP/1.1 message, request or response: as much of the protocol as the two ends of a benchmark need.
///
/// @param headers by their names in lower case
record Message(String startLine, Map<String, String> headers, String body) {

    /// Reads one message and leaves what follows it.
    static Message read(Incoming in) throws IOException {
        var startLine = in.line();
        var headers = new HashMap<String, String>();
        for (var line = in.line(); !line.isEmpty(); line = in.line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return new Message(startLine, headers, new String(body(in, headers), StandardCharsets.UTF_8));
    }

    int status() {
        return Integer.parseInt(startLine, 9, 12, 10);
    }

    private static byte[] body(Incoming in, Map<String, String> headers) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return chunks(in);
        }
        return in.exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private static byte[] chunks(Incoming in) throws IOException {
        var body = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            body.writeBytes(in.exactly(size));
            in.line();
        }
        in.line();
        return body.toByteArray();
    }

    private static int chunkSize(Incoming in) throws IOException {
        return Integer.parseInt(in.line().strip(), 16);
    }
}
