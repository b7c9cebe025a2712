package dev.ringback.notify.webpush;

import java.util.Locale;
import java.util.regex.Pattern;

/// Whom a push service's operator can reach (RFC 8292 section 2.1). Apple answers 403 `BadJwtToken` to a token whose
/// subject nobody can be reached at.
final class VapidSubject {
    private static final String DOMAIN = "([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]";
    private static final Pattern MAIL = Pattern.compile("mailto:[!#-;=?A-Za-z^-~]+@" + DOMAIN);
    private static final Pattern PAGE = Pattern.compile("https://" + DOMAIN + "(:[0-9]{1,5})?([/?#][!-~]*)?");
    private static final Pattern THIS_MACHINE = Pattern
            .compile("[@./]localhost([:/?#.]|$)|[@./]localdomain([:/?#.]|$)");

    private VapidSubject() {}

    static boolean isReal(String subject) {
        var text = subject.toLowerCase(Locale.ROOT);
        return (MAIL.matcher(text).matches() || PAGE.matcher(text).matches()) && !THIS_MACHINE.matcher(text).find();
    }
}
