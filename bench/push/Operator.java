package push;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// Who runs Ringback: keys of their own for each provider, and the settings that lead to the fakes.
///
/// @param folder with the fakes' certificate, where the keys go too
record Operator(Path folder, Path apnsKey, Path fcmCredentials, KeyPair vapid) {
    private static final int COORDINATE_BYTES = 32;

    static Operator in(Path folder, Fakes fakes) throws GeneralSecurityException, IOException {
        var rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        var apnsKey = folder.resolve("apns.p8");
        Files.writeString(apnsKey, pem(p256().getPrivate()));
        var credentials = folder.resolve("fcm.json");
        Files.writeString(credentials,
                JsonMapper.shared()
                        .writeValueAsString(Map.of("type", "service_account", "project_id", "ringback-bench",
                                "private_key_id", "0123456789abcdef", "private_key",
                                pem(rsa.generateKeyPair().getPrivate()), "client_email",
                                "ringback@ringback-bench.iam.gserviceaccount.com", "client_id", "1234567890",
                                "token_uri", "https://localhost:" + fakes.fcmPort() + "/token")));
        return new Operator(folder, apnsKey, credentials, p256());
    }

    /// Ringback's, as environment variables.
    Map<String, String> environment(Fakes fakes) {
        var settings = new TreeMap<String, String>();
        settings.put("RINGBACK_APNS_KEY", apnsKey.toString());
        settings.put("RINGBACK_APNS_KEY_ID", "KEY1234567");
        settings.put("RINGBACK_APNS_TEAM_ID", "TEAM123456");
        settings.put("RINGBACK_APNS_BUNDLE_ID", "org.example.app");
        settings.put("RINGBACK_APNS_HOST", "localhost");
        settings.put("RINGBACK_APNS_SANDBOX_HOST", "localhost");
        settings.put("RINGBACK_APNS_PORT", String.valueOf(fakes.apnsPort()));
        settings.put("RINGBACK_APNS_TRUSTED_CERTIFICATE", pemFile().toString());
        settings.put("RINGBACK_FCM_CREDENTIALS", fcmCredentials.toString());
        settings.put("RINGBACK_FCM_BASE_URL", "https://localhost:" + fakes.fcmPort());
        settings.put("RINGBACK_WEB_PUSH_PUBLIC_KEY", vapidPublicKey());
        settings.put("RINGBACK_WEB_PUSH_PRIVATE_KEY", vapidPrivateKey());
        settings.put("RINGBACK_WEB_PUSH_SUBJECT", "mailto:push@ringback.dev");
        settings.put("RINGBACK_WEB_PUSH_ALLOWED_HOSTS", "localhost");
        settings.put("RINGBACK_WEB_PUSH_ALLOW_PRIVATE_ADDRESSES", "true");
        return settings;
    }

    String vapidPublicKey() {
        return encoded((ECPublicKey) vapid.getPublic());
    }

    String vapidPrivateKey() {
        return base64(fixed(((ECPrivateKey) vapid.getPrivate()).getS().toByteArray()));
    }

    Path pemFile() {
        return folder.resolve("certificate.pem");
    }

    /// For a JVM that is to trust the fakes.
    String trustStore() {
        return "-Djavax.net.ssl.trustStore=" + folder.resolve("trust.p12");
    }

    String trustStorePassword() {
        return "-Djavax.net.ssl.trustStorePassword=" + Certificate.PASSWORD;
    }

    static KeyPair p256() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /// The uncompressed point, base64url.
    static String encoded(ECPublicKey key) {
        var point = new byte[1 + 2 * COORDINATE_BYTES];
        point[0] = 4;
        System.arraycopy(fixed(key.getW().getAffineX().toByteArray()), 0, point, 1, COORDINATE_BYTES);
        System.arraycopy(fixed(key.getW().getAffineY().toByteArray()), 0, point, 1 + COORDINATE_BYTES,
                COORDINATE_BYTES);
        return base64(point);
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Without the sign's byte, with leading zeros.
    private static byte[] fixed(byte[] number) {
        var bytes = new byte[COORDINATE_BYTES];
        var from = Math.max(0, number.length - COORDINATE_BYTES);
        var digits = Arrays.copyOfRange(number, from, number.length);
        System.arraycopy(digits, 0, bytes, COORDINATE_BYTES - digits.length, digits.length);
        return bytes;
    }

    private static String pem(Key key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
