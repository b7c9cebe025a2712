package dev.ringback.notify.apns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// Keys and certificates made for this run: a server's certificate for this machine, and a signing key.
final class Credentials {
    private static final char[] PASSWORD = "only-for-this-run".toCharArray();

    static final KeyPair SIGNING_KEY;
    static final X509Certificate SERVER_CERTIFICATE;
    static final PrivateKey SERVER_KEY;

    static {
        try {
            SIGNING_KEY = keyPair("secp256r1");
            var store = serverKeyStore();
            SERVER_CERTIFICATE = (X509Certificate) store.getCertificate("server");
            SERVER_KEY = (PrivateKey) store.getKey("server", PASSWORD);
        } catch (GeneralSecurityException | IOException | InterruptedException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Credentials() {}

    static KeyPair keyPair(String curve) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    static String pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private static String pem(String what, byte[] bytes) {
        var text = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(bytes);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what);
    }

    private static KeyStore serverKeyStore() throws IOException, InterruptedException, GeneralSecurityException {
        var folder = Files.createTempDirectory("apns");
        var file = folder.resolve("server.p12");
        try {
            var password = new String(PASSWORD);
            var keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
                    "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12",
                    "-keystore", file.toString(), "-storepass", password).inheritIO().start();
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool failed");
            }
            return KeyStore.getInstance(file.toFile(), PASSWORD);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
