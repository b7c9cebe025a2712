package push;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// Of `localhost`, made for one run by `bench/push/run`.
record Certificate(X509Certificate certificate, PrivateKey key) {
    static final String PASSWORD = "throw-away";

    static Certificate read(Path keyStore) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keyStore)) {
            store.load(in, PASSWORD.toCharArray());
        }
        var alias = store.aliases().nextElement();
        return new Certificate((X509Certificate) store.getCertificate(alias),
                (PrivateKey) store.getKey(alias, PASSWORD.toCharArray()));
    }
}
