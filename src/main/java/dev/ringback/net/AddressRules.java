package dev.ringback.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.springframework.boot.http.client.InetAddressFilter;

/// Which addresses may be connected to: public ones, or all of them in a closed network. Asked for each connection, since a
/// name may resolve to something else by then. Thread-safe.
public final class AddressRules {
    private final NameLookup names;
    private final InetAddressFilter allowed;

    /// @param allowPrivate also takes private, loopback and link-local addresses
    public AddressRules(boolean allowPrivate, NameLookup names) {
        this.names = names;
        this.allowed = allowPrivate
                ? InetAddressFilter.all()
                : InetAddressFilter.externalAddresses().andNot("::/96", "fec0::/10");
    }

    /// The addresses to connect to.
    ///
    /// @throws AddressNotAllowed if any of them is private
    /// @throws java.net.UnknownHostException if there is none, or the name servers do not answer in time
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        var found = names.lookup(host);
        for (var address : found) {
            if (!allows(address)) {
                throw new AddressNotAllowed();
            }
        }
        return found;
    }

    /// Whether a connection may go there.
    public boolean allows(InetAddress address) {
        return allowed.matches(address);
    }
}
