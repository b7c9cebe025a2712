package dev.ringback.device;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/// What kind of token it is, and so which channel reaches it. In the order in which a device that has several is rung.
public enum Platform {
    /// APNs VoIP (PushKit) token of an iPhone.
    @JsonProperty("ios")
    IOS,
    /// FCM registration token of an Android app.
    @JsonProperty("android")
    ANDROID,
    /// FCM registration token of an iOS app.
    @JsonProperty("fcm-ios")
    FCM_IOS,
    /// Web Push subscription of a browser.
    @JsonProperty("web")
    WEB,
    /// FCM registration token of a web page.
    @JsonProperty("fcm-web")
    FCM_WEB,
    /// APNs alert token, usually beside the VoIP token of the same device.
    @JsonProperty("ios-alert")
    IOS_ALERT;

    /// The word in JSON and in the database.
    public String word() {
        return switch (this) {
            case IOS -> "ios";
            case ANDROID -> "android";
            case FCM_IOS -> "fcm-ios";
            case WEB -> "web";
            case FCM_WEB -> "fcm-web";
            case IOS_ALERT -> "ios-alert";
        };
    }

    /// Whether Apple's push service reaches it, of which there are two.
    boolean isApns() {
        return this == IOS || this == IOS_ALERT;
    }

    static Platform of(String word) {
        return Arrays.stream(values()).filter(platform -> platform.word().equals(word)).findFirst().orElseThrow();
    }
}
