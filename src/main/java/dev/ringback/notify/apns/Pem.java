package dev.ringback.notify.apns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// Keys and certificates in settings, each a path or the text itself.
///
/// Failures show neither: what looks like a path may be a key with a broken first line.
final class Pem {
    private static final Pattern PRIVATE_KEY = Pattern
            .compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final int P256_BITS = 256;

    private Pem() {}

    /// A key as Apple hands it out: PKCS #8, on the curve P-256. In one line too, as an environment variable may have it,
    /// the line breaks written `\n` or left out.
    static ECPrivateKey signingKey(String pathOrText) {
        var key = PRIVATE_KEY.matcher(text("key", pathOrText));
        if (!key.find()) {
            throw unusable("key", "holds no private key (-----BEGIN PRIVATE KEY-----)");
        }
        try {
            var bytes = Base64.getDecoder().decode(key.group(1).replace("\\n", "").replaceAll("\\s", ""));
            var privateKey = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
            if (privateKey instanceof ECPrivateKey ec && ec.getParams().getOrder().bitLength() == P256_BITS) {
                return ec;
            }
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            // said below, without what they quote
        }
        throw unusable("key", "holds no P-256 key");
    }

    static X509Certificate[] certificates(String pathOrText) {
        var pem = text("trusted-certificate", pathOrText).replace("\\n", "\n");
        try {
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            if (certificates.length > 0) {
                return certificates;
            }
        } catch (CertificateException _) {
            // said below
        }
        throw unusable("trusted-certificate", "holds no certificate (-----BEGIN CERTIFICATE-----)");
    }

    private static String text(String setting, String pathOrText) {
        if (pathOrText.contains("-----BEGIN")) {
            return pathOrText;
        }
        try {
            return Files.readString(Path.of(pathOrText.strip()));
        } catch (IOException | InvalidPathException _) {
            throw unusable(setting, "is neither a file that can be read nor the text of one");
        }
    }

    private static FailureAnalyzedException unusable(String setting, String why) {
        return new FailureAnalyzedException(
                "ringback.apns.%s %s.".formatted(setting, why),
                "Set ringback.apns.%s (%s) to the path of a PEM file or to its text.".formatted(setting,
                        ApnsConfiguration.variable(setting)));
    }
}
