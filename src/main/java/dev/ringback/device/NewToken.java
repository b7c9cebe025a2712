package dev.ringback.device;

import org.jspecify.annotations.Nullable;

/// A token as a device hands it in.
///
/// @param deviceId null when the app does not say: it stays what it was, or Ringback makes one up
/// @param token already in the form in which it is kept
/// @param environment null when the app does not say: it stays what it was
record NewToken(String userId, @Nullable String deviceId, Platform platform, String token,
        PushToken.@Nullable WebPushKeys webPushKeys, @Nullable String appId, @Nullable Environment environment) {

    NewToken on(String device, @Nullable Environment inEnvironment) {
        return new NewToken(userId, device, platform, token, webPushKeys, appId, inEnvironment);
    }

    @Override
    public String toString() {
        return "NewToken[" + platform.word() + " ***]";
    }
}
