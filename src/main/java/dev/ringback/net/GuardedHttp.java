package dev.ringback.net;

import java.net.InetAddress;
import java.net.Proxy;
import java.util.function.Predicate;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/// HTTP clients for places that somebody else has named. All of the guard is here: a client with a part of it has none.
public final class GuardedHttp {

    private GuardedHttp() {}

    /// A client that follows no redirect and uses no proxy, since either would choose another place. Timeouts and the rest are
    /// the caller's.
    ///
    /// @param names resolves to allowed addresses only
    /// @param allowed whether a connection may go to an address; asked also for a host that is one, which is not resolved
    public static OkHttpClient.Builder builder(Dns names, Predicate<InetAddress> allowed) {
        return new OkHttpClient.Builder()
                .dns(names)
                .socketFactory(new GuardedSockets(allowed))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false);
    }
}
