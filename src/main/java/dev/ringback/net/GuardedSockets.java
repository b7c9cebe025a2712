package dev.ringback.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.function.Predicate;
import javax.net.SocketFactory;

/// Sockets that connect to allowed addresses only. The last gate, and the only one that OkHttp cannot pass by: it asks no
/// name service for a host that is an address.
public final class GuardedSockets extends SocketFactory {
    private final Predicate<InetAddress> allowed;

    /// @param allowed whether a connection may go to an address
    public GuardedSockets(Predicate<InetAddress> allowed) {
        this.allowed = allowed;
    }

    @Override
    public Socket createSocket() {
        return new GuardedSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws SocketException {
        throw connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws SocketException {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws SocketException {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws SocketException {
        throw connected();
    }

    private static SocketException connected() {
        return new SocketException("only unconnected sockets are made here");
    }

    private final class GuardedSocket extends Socket {
        @Override
        public void connect(SocketAddress to, int timeout) throws IOException {
            if (!(to instanceof InetSocketAddress address) || address.isUnresolved()
                    || !allowed.test(address.getAddress())) {
                throw new AddressNotAllowed();
            }
            super.connect(to, timeout);
        }
    }
}
