package dev.ringback.webhook;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/// What is not configured is not there, whatever a request brings.
@IntegrationTest
class WebhooksClosedIntegrationTest {
    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"/webhooks/dialstack", "/webhooks/cometchat", "/webhook/cometchat/call-received"})
    void aWebhookWithoutASecretIsClosed(String path) {
        Api.as(port, null).post(path, "{}").mustBe(404, "not_found");
        Api.as(port, null)
                .post(path, "{}", "Authorization", "Basic Og==", "x-cometchat-signature", "00", "x-dialstack-signature",
                        "t=1,v1=00")
                .mustBe(404, "not_found");
    }
}
