package dev.ringback.demo;

import org.springframework.boot.context.properties.ConfigurationProperties;

/// The demo mode, which runs when nobody signs user tokens.
///
/// @param allowRemote listen on all addresses instead of loopback only, for a container; anybody who reaches the service
///        can then be anybody
@ConfigurationProperties("ringback.demo")
record DemoSettings(boolean allowRemote) {}
