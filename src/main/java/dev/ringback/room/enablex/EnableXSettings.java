package dev.ringback.room.enablex;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The EnableX project in which rooms are made. Without App ID and App Key rooms are simulated.
///
/// @param appId App ID of the EnableX project; empty, with an empty App Key, simulates the rooms.
/// @param appKey App Key of the EnableX project. Stays on the server.
/// @param baseUrl Where the EnableX Video API v2 is.
@ConfigurationProperties("ringback.enablex")
record EnableXSettings(
        @DefaultValue("") String appId,
        @DefaultValue("") String appKey,
        @DefaultValue("https://api.enablex.io/video/v2") URI baseUrl) {

    @Override
    public String toString() {
        return "EnableXSettings[appId=***, appKey=***, baseUrl=***]";
    }
}
