package dev.ringback.device;

import dev.ringback.net.AddressNotAllowed;
import dev.ringback.net.AddressRules;
import dev.ringback.net.NameLookup;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whether a Web Push endpoint may be connected to. It is a URL that a user gave us, so it could point anywhere: into our
/// own network, for one.
///
/// Asked at subscribe ([#refusal]), before each push ([#refusalOfSpelling]) and for each connection ([#addresses],
/// [#allows]), since a name may resolve to something else by then. Thread-safe.
public final class EndpointRules {
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_LENGTH = 2048;
    private static final int MAX_HOST_LENGTH = 253;
    /// Stricter than any URL parser, so that all of them read the same host in it.
    private static final Pattern ENDPOINT = Pattern
            .compile("(?i:https)://(?<host>[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:(?<port>[1-9][0-9]{0,4}))?(/[!-~]*)?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern DOTTED = Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");

    private final EndpointSettings settings;
    private final AddressRules addresses;

    EndpointRules(EndpointSettings settings, NameLookup names) {
        this.settings = settings;
        this.addresses = new AddressRules(settings.allowPrivateAddresses(), names);
    }

    /// Why a browser may not be subscribed there, in words that go after the member's name; holds nothing of the endpoint.
    /// Resolves the host, and so may wait for a name server.
    public Optional<String> refusal(String endpoint) {
        var misspelt = refusalOfSpelling(endpoint);
        if (misspelt.isPresent()) {
            return misspelt;
        }
        try {
            addresses(unbracketed(URI.create(endpoint).getHost()));
            return Optional.empty();
        } catch (AddressNotAllowed _) {
            return Optional.of("must not resolve to a private address");
        } catch (UnknownHostException _) {
            return Optional.of("has a host that does not resolve");
        }
    }

    /// The part of [#refusal] that needs no name server.
    public Optional<String> refusalOfSpelling(String endpoint) {
        if (endpoint.length() > MAX_LENGTH) {
            return Optional.of("must have at most " + MAX_LENGTH + " characters");
        }
        var url = ENDPOINT.matcher(endpoint);
        if (!url.matches() || endpoint.indexOf('#') >= 0 || endpoint.indexOf('\\') >= 0) {
            return Optional.of("must be an https URL of host and path");
        }
        var host = url.group("host").toLowerCase(Locale.ROOT);
        if (!isReadAs(host, endpoint)) {
            return Optional.of("must be an https URL of host and path");
        }
        if (!isAllowedPort(url.group("port"))) {
            return Optional.of("must use port 443");
        }
        if (!isListed(host)) {
            return Optional.of("must be at a browser's push service");
        }
        return Optional.empty();
    }

    /// The addresses to connect to.
    ///
    /// @throws AddressNotAllowed if any of them is private
    /// @throws java.net.UnknownHostException if there is none, or the name servers do not answer within 2 s
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        return addresses.addresses(host);
    }

    /// Whether a connection may go there.
    public boolean allows(InetAddress address) {
        return addresses.allows(address);
    }

    private boolean isListed(String host) {
        return isHost(host) && settings.allowedHosts().stream().anyMatch(entry -> matches(entry, host));
    }

    private boolean isHost(String host) {
        if (isLiteral(host)) {
            return settings.allowPrivateAddresses() && (host.startsWith("[") || DOTTED.matcher(host).matches());
        }
        return host.length() <= MAX_HOST_LENGTH
                && List.of(host.split("\\.", -1)).stream().allMatch(label -> LABEL.matcher(label).matches());
    }

    /// A host whose last label is a number is an IPv4 address to some parser: `127.1`, `2130706433`, `0x7f.1`.
    private static boolean isLiteral(String host) {
        return host.startsWith("[") || NUMBER.matcher(host.substring(host.lastIndexOf('.') + 1)).matches();
    }

    private static boolean matches(String entry, String host) {
        if (!entry.startsWith("*.")) {
            return entry.equals(host);
        }
        // an encoded name under a push service's domain is none of a push service's
        return host.endsWith(entry.substring(1)) && host.length() >= entry.length() && !host.startsWith("xn--")
                && !host.contains(".xn--");
    }

    private static boolean isReadAs(String host, String endpoint) {
        try {
            return host.equalsIgnoreCase(new URI(endpoint).getHost());
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private boolean isAllowedPort(@Nullable String port) {
        if (port == null) {
            return true;
        }
        var number = Integer.parseInt(port);
        return number == HTTPS_PORT || (settings.allowPrivateAddresses() && number <= MAX_PORT);
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
