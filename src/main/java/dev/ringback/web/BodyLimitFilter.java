package dev.ringback.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses request bodies over 64 KiB: at once when the client announces the length, else as soon as more has come.
///
/// Behind the security filters: who may not ask at all is told that, and this answer carries their headers, too.
@Component
@Order(BodyLimitFilter.AFTER_SECURITY)
class BodyLimitFilter extends OncePerRequestFilter {
    static final int MAX_BYTES = 64 * 1024;
    /// Spring Boot puts the security filters at -100.
    static final int AFTER_SECURITY = -99;
    /// So much of a body that is refused is read all the same: a connection that is closed while its client still sends
    /// may take the answer with it.
    private static final int READ_AND_DROPPED_BYTES = 1024 * 1024;

    private final ProblemWriter problemWriter;

    BodyLimitFilter(ProblemWriter problemWriter) {
        this.problemWriter = problemWriter;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() > MAX_BYTES) {
            drop(request.getInputStream());
            problemWriter.write(response, new ProblemException(ProblemCode.BODY_TOO_LARGE));
            return;
        }
        try {
            // a body of announced length cannot grow: the container cuts it there
            chain.doFilter(request.getContentLengthLong() >= 0 ? request : new Limited(request), response);
        } finally {
            dropUnread(request);
        }
    }

    /// Whoever refused the body may have done so at its beginning. There is nothing left of one that was read.
    private static void dropUnread(HttpServletRequest request) {
        if (request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null) {
            try {
                drop(request.getInputStream());
            } catch (IOException _) {
                // then nobody waits for the answer either
            }
        }
    }

    private static void drop(ServletInputStream body) throws IOException {
        if (body.isFinished()) {
            return;
        }
        var buffer = new byte[8 * 1024];
        int left = READ_AND_DROPPED_BYTES;
        for (int read = 0; read >= 0 && left > 0; left -= read) {
            read = body.read(buffer);
        }
    }

    /// More bytes came than the limit.
    static final class BodyTooLarge extends IOException {
        BodyTooLarge() {
            super("request body over " + MAX_BYTES + " bytes");
        }
    }

    private static final class Limited extends HttpServletRequestWrapper {
        Limited(HttpServletRequest request) {
            super(request);
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            return new LimitedStream(super.getInputStream());
        }
    }

    private static final class LimitedStream extends ServletInputStream {
        private final ServletInputStream body;
        private int left = MAX_BYTES;

        LimitedStream(ServletInputStream body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            int next = body.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = body.read(buffer, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                drop(body);
                throw new BodyTooLarge();
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
