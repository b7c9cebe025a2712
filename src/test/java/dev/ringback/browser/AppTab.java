package dev.ringback.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tab of the small app, in a browser of its own that may show notifications, whose push service is the test.
final class AppTab {
    private static final JsonMapper JSON = JsonMapper.shared();
    /// A browser's keys of RFC 8291, appendix A.
    private static final String KEYS = """
            {"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",\
            "auth":"BTBZMqHH6r4Tts7J_aSIgg"}""";
    private static final String SUBSCRIBED = """
            PushManager.prototype.getSubscription = async () => window.subscribed ?? null;
            PushManager.prototype.subscribe = async function (options) {
              window.applicationServerKey = options.applicationServerKey;
              return window.subscribed = {
                endpoint: 'ENDPOINT', options: { applicationServerKey: null },
                toJSON() { return { endpoint: this.endpoint, expirationTime: null, keys: KEYS }; },
                async unsubscribe() { window.subscribed = null; return true; },
              };
            };""";

    private final String origin;
    private final BrowserContext context;
    private final Page page;
    private final String endpoint = "https://localhost/push/" + UUID.randomUUID();
    private @Nullable CDPSession devTools;
    private @Nullable String registrationId;

    AppTab(Browser browser, int port) {
        this(port, browser.newContext(new Browser.NewContextOptions().setPermissions(List.of("notifications"))));
    }

    private AppTab(int port, BrowserContext context) {
        this.origin = "http://localhost:" + port;
        this.context = context;
        this.page = context.newPage();
        page.addInitScript(SUBSCRIBED.replace("ENDPOINT", endpoint).replace("KEYS", KEYS));
    }

    static String subscription(String endpoint) {
        return "{\"endpoint\":\"%s\",\"keys\":%s}".formatted(endpoint, KEYS);
    }

    /// Another tab in the same browser.
    AppTab sibling(int port) {
        return new AppTab(port, context);
    }

    Page page() {
        return page;
    }

    String endpoint() {
        return endpoint;
    }

    /// Opens the app, connected as this user; without one it does nothing but stand there.
    AppTab open(@Nullable String userId) {
        return open(userId, "");
    }

    AppTab open(@Nullable String userId, String hash) {
        load(userId, hash);
        if (userId != null) {
            page.waitForFunction("ringback.connection === 'online'");
        }
        return this;
    }

    /// Does not wait until it is connected.
    void load(@Nullable String userId, String hash) {
        page.navigate(origin + "/test-app/index.html" + (userId == null ? "" : "?user=" + userId) + hash);
        page.waitForFunction("window.ready");
    }

    /// Registers for pushes as an app does, with `script` as its service worker.
    AppTab registerPush(String script) {
        devTools = context.newCDPSession(page);
        devTools.on("ServiceWorker.workerRegistrationUpdated", this::registered);
        devTools.send("ServiceWorker.enable");
        page.evaluate("script => ringback.registerPush({ serviceWorker: script })", script);
        page.waitForCondition(() -> registrationId != null);
        return this;
    }

    AppTab registerPush() {
        return registerPush("/test-app/sw.js");
    }

    /// Hands a push to the service worker, as the browser does after it has decrypted it.
    void push(String data) {
        var push = new JsonObject();
        push.addProperty("origin", origin);
        push.addProperty("registrationId", registrationId);
        push.addProperty("data", data);
        assertThat(devTools).isNotNull();
        devTools.send("ServiceWorker.deliverPushMessage", push);
    }

    /// Presses a button of the one notification that is shown, `""` being its body.
    void press(String action) {
        assertThat(askWorker(Map.of("test", "notificationclick", "action", action))).isNull();
    }

    void wipeAway() {
        assertThat(askWorker(Map.of("test", "notificationclose", "action", ""))).isNull();
    }

    void subscriptionChanges(String toEndpoint) {
        assertThat(askWorker(Map.of("test", "pushsubscriptionchange", "subscription",
                JSON.readValue(subscription(toEndpoint), Map.class)))).isNull();
    }

    /// The notifications that the service worker has on the screen.
    JsonNode shown() {
        return JSON.readTree((String) askWorker(Map.of("test", "shown")));
    }

    /// Waits until exactly one notification is shown, and it says this.
    JsonNode shows(String body) {
        page.waitForCondition(() -> shown().size() == 1 && shown().at("/0/body").asString().equals(body),
                new Page.WaitForConditionOptions().setTimeout(10_000));
        return shown().get(0);
    }

    /// The same as the browser knows it.
    void browserShows(String body) {
        page.waitForFunction("""
                async body => {
                  const shown = await (await navigator.serviceWorker.ready).getNotifications();
                  return shown.length === 1 && shown[0].body === body;
                }""", body, new Page.WaitForFunctionOptions().setPollingInterval(500));
    }

    /// What `expression`, in the app, comes to.
    Object does(String expression) {
        return page.evaluate(expression);
    }

    void waitsFor(String condition) {
        page.waitForFunction(condition);
    }

    private void registered(JsonObject event) {
        for (var registration : event.getAsJsonArray("registrations")) {
            if (!registration.getAsJsonObject().get("isDeleted").getAsBoolean()) {
                registrationId = registration.getAsJsonObject().get("registrationId").getAsString();
            }
        }
    }

    private Object askWorker(Map<String, ?> message) {
        return page.evaluate("""
                async message => {
                  const channel = new MessageChannel();
                  const answer = new Promise(done => { channel.port1.onmessage = ({ data }) => done(data); });
                  (await navigator.serviceWorker.ready).active.postMessage(message, [channel.port2]);
                  return answer;
                }""", message);
    }
}
