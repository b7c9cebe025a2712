package dev.ringback.identity;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.stereotype.Component;

/// From where a request comes, as far as that can be believed.
@Component
public class ClientAddresses {
    /// The header by which a proxy says who asked it.
    public static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final int NETWORK_BYTES = 8;
    /// `[2001:db8::1]:443`, `192.0.2.1:443`, or either without its port.
    private static final Pattern WITH_PORT = Pattern.compile("\\[([^]]*)](?::\\d+)?|([^:]*)(?::\\d+)?");

    private final List<IpAddressMatcher> trusted;

    ClientAddresses(HttpSettings settings) {
        this.trusted = settings.trustedProxies().stream().map(IpAddressMatcher::new).toList();
    }

    /// The address under which the request is counted: of IPv6 the /64 network, since its subscriber has all of it.
    ///
    /// A proxy writes at the right of `X-Forwarded-For` who asked it; what stands further left is that one's word. So the
    /// header is read from the right, as long as those who wrote it are trusted.
    public String of(HttpServletRequest request) {
        return of(request.getRemoteAddr(), Collections.list(request.getHeaders(FORWARDED_FOR)));
    }

    /// The same for a request that no servlet takes.
    ///
    /// @param remoteAddress the literal address of the peer
    /// @param forwardedFor the lines of `X-Forwarded-For`
    public String of(String remoteAddress, List<String> forwardedFor) {
        var peer = parsed(remoteAddress);
        if (peer.isEmpty()) {
            return "unknown";
        }
        var address = peer.get();
        for (var hop : hops(forwardedFor).reversed()) {
            var before = isTrusted(address) ? parsed(hop) : Optional.<InetAddress>empty();
            if (before.isEmpty()) {
                break;
            }
            address = before.get();
        }
        return counted(address);
    }

    private static List<String> hops(List<String> forwardedFor) {
        var hops = new ArrayList<String>();
        for (var line : forwardedFor) {
            Arrays.stream(line.split(",", -1)).map(String::strip).forEach(hops::add);
        }
        return hops;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(network -> network.matches(address.getHostAddress()));
    }

    /// Literal addresses only: no name is looked up for a header.
    private static Optional<InetAddress> parsed(String text) {
        try {
            var match = WITH_PORT.matcher(text);
            var literal = !match.matches() ? text : match.group(1) == null ? match.group(2) : match.group(1);
            return Optional.of(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String counted(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES)
                : address.getHostAddress();
    }
}
