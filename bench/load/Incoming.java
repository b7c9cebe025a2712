package load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What comes over a connection, for one reader. `BufferedInputStream` takes a lock for each byte.
final class Incoming {
    /// An answer or an event fits in; ten thousand sockets fit in the heap.
    private static final int SIZE = 2048;

    private final InputStream in;
    private byte[] buffer = new byte[SIZE];
    private int from;
    private int to;

    Incoming(InputStream in) {
        this.in = in;
    }

    int read() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
            fill();
        }
        return buffer[from++] & 0xff;
    }

    byte[] exactly(int length) throws IOException {
        var bytes = new byte[length];
        int here = Math.min(length, to - from);
        System.arraycopy(buffer, from, bytes, 0, here);
        from += here;
        if (in.readNBytes(bytes, here, length - here) < length - here) {
            throw new EOFException("the connection was closed");
        }
        return bytes;
    }

    /// Up to the end of the line, which is left out.
    String line() throws IOException {
        int at = from;
        while (true) {
            for (; at < to; at++) {
                if (buffer[at] == '\n') {
                    int end = at > from && buffer[at - 1] == '\r' ? at - 1 : at;
                    var line = new String(buffer, from, end - from, StandardCharsets.ISO_8859_1);
                    from = at + 1;
                    return line;
                }
            }
            at -= from;
            makeRoom();
            fill();
            at += from;
        }
    }

    private void makeRoom() {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }

    private void fill() throws IOException {
        int count = in.read(buffer, to, buffer.length - to);
        if (count < 0) {
            throw new EOFException("the connection was closed");
        }
        to += count;
    }
}
