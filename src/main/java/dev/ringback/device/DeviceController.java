package dev.ringback.device;

import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The HTTP API of devices.
@RestController
@RequestMapping("/api/push")
@Tag(name = "Devices")
class DeviceController {
    private final Registrations registrations;
    private final EndpointRules endpoints;

    DeviceController(Registrations registrations, EndpointRules endpoints) {
        this.registrations = registrations;
        this.endpoints = endpoints;
    }

    @Operation(summary = "Register a push token; it moves here from whoever had it")
    @PostMapping("/register")
    Device register(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid DeviceRequests.Register request) {
        var userId = requester.actingAs(request.uid(), "uid");
        var platform = request.platform();
        refuse(platform == Platform.WEB ? "platform" : "token", TokenRules.refusal(platform, request.token()));
        return registrations.register(new NewToken(userId, request.deviceId(), platform,
                TokenRules.kept(platform, request.token()), null, request.appId(),
                platform.isApns() ? request.environment() : null));
    }

    @Operation(summary = "Drop a push token, or all of one device")
    @PostMapping("/unregister")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unregister(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid DeviceRequests.Unregister request) {
        if (request.token() == null && request.deviceId() == null) {
            throw ProblemException.invalid("token", "or device_id is needed");
        }
        if (request.deviceId() != null) {
            registrations.forgetDevice(requester.actingAs(request.uid(), "uid"), request.deviceId());
        }
        if (request.token() != null) {
            registrations.forget(request.token());
        }
    }

    @Operation(summary = "Register a browser's Web Push subscription")
    @PostMapping("/subscribe")
    Device subscribe(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid DeviceRequests.Subscribe request) {
        var userId = requester.actingAs(request.userId(), "user_id");
        return registrations.register(new NewToken(userId, request.deviceId(), Platform.WEB,
                request.subscription().endpoint(), checkedKeys(request.subscription()), null, null));
    }

    @Operation(summary = "Put a browser's new subscription in the place of the old one; needs no token but the old one's "
            + "secret, since a service worker has no user's session")
    @PostMapping("/renew")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void renew(@RequestBody @Valid DeviceRequests.Renew request) {
        var keys = checkedKeys(request.subscription());
        if (!registrations.replaceSubscription(request.old().endpoint(), unpadded(request.old().auth()),
                request.subscription().endpoint(), keys)) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such subscription.");
        }
    }

    @Operation(summary = "Drop a Web Push subscription")
    @PostMapping("/unsubscribe")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unsubscribe(@RequestBody @Valid DeviceRequests.Unsubscribe request) {
        registrations.forgetSubscription(request.endpoint());
    }

    @Operation(summary = "The user's devices, the one registered last first")
    @GetMapping("/devices")
    UsersDevices devices(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        return new UsersDevices(registrations.devicesOf(requester.actingAs(userId, "user_id")));
    }

    private static void refuse(String member, Optional<String> refusal) {
        refusal.ifPresent(message -> {
            throw ProblemException.invalid(member, message);
        });
    }

    private PushToken.WebPushKeys checkedKeys(DeviceRequests.Subscription subscription) {
        var keys = subscription.keys();
        refuse("subscription.endpoint", endpoints.refusal(subscription.endpoint()));
        refuse("subscription.keys", SubscriptionKeys.refusal(keys.p256dh(), keys.auth()));
        return new PushToken.WebPushKeys(unpadded(keys.p256dh()), unpadded(keys.auth()));
    }

    private static String unpadded(String base64) {
        return base64.replace("=", "");
    }

    record UsersDevices(List<Device> devices) {}
}
