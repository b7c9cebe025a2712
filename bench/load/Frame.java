package load;

import java.util.LinkedHashMap;
import java.util.Map;

/// A STOMP frame.
record Frame(String command, Map<String, String> headers, String body) {
    static final String HEARTBEAT = "\n";

    static Frame of(String command, String... headers) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return new Frame(command, map, "");
    }

    Frame with(String text) {
        return new Frame(command, headers, text);
    }

    static Frame parse(String text) {
        int blank = text.indexOf("\n\n");
        var lines = text.substring(0, blank).split("\n");
        var headers = new LinkedHashMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(lines[i].substring(0, colon), lines[i].substring(colon + 1));
        }
        return new Frame(lines[0], headers, text.substring(blank + 2, text.lastIndexOf('\0')));
    }

    String text() {
        var text = new StringBuilder(command).append('\n');
        headers.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
        return text.append('\n').append(body).append('\0').toString();
    }
}
