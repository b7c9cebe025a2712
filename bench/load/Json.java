package load;

import java.io.IOException;

/// Reads single members out of the service's flat JSON: a parser would cost more than all the rest of the generator.
final class Json {
    private Json() {}

    /// The first member of this name, whose text must need no unescaping, as ids and words do not.
    static String member(String json, String name) throws IOException {
        var start = "\"" + name + "\":\"";
        int at = json.indexOf(start);
        if (at < 0) {
            throw new IOException("no " + name + " in " + json);
        }
        int from = at + start.length();
        return json.substring(from, json.indexOf('"', from));
    }
}
