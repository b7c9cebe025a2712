package dev.ringback.gateway.mqtt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.TrustManagerFactory;
import org.springframework.boot.ssl.pem.PemContent;

/// The certificates that a broker's own must lead to.
final class Trust {
    private static final String SETTING = "trusted-certificate";
    private static final String WANTED = "the path of a PEM file with certificates, or to its text";

    private Trust() {}

    /// Trusts these and no others.
    ///
    /// @param pathOrText of a PEM file; in one line too, the line breaks written `\n`
    /// @throws org.springframework.boot.diagnostics.FailureAnalyzedException when it holds none; shows nothing of it
    static TrustManagerFactory in(String pathOrText) {
        try {
            var pem = pathOrText.contains("-----BEGIN")
                    ? PemContent.of(pathOrText.replace("\\n", "\n"))
                    : PemContent.load(Path.of(pathOrText.strip()));
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var certificate : pem.getCertificates()) {
                store.setCertificateEntry("trusted-" + store.size(), certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust;
        } catch (IOException | UncheckedIOException | GeneralSecurityException
                | IllegalStateException | IllegalArgumentException _) {
            throw MqttConfiguration.unusable(SETTING, WANTED);
        }
    }
}
