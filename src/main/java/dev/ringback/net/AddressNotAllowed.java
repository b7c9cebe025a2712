package dev.ringback.net;

import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A connection would have gone to an address that is not public.
public final class AddressNotAllowed extends UnknownHostException {
    public AddressNotAllowed() {
        super("the address is not allowed");
    }

    /// Whether it is why something failed: OkHttp throws the first of several failures and hides the others behind it.
    public static boolean isBehind(@Nullable Throwable failure) {
        if (failure == null || failure instanceof AddressNotAllowed) {
            return failure != null;
        }
        return isBehind(failure.getCause())
                || Arrays.stream(failure.getSuppressed()).anyMatch(AddressNotAllowed::isBehind);
    }
}
