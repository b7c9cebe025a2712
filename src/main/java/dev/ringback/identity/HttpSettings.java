package dev.ringback.identity;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which web pages may talk to Ringback, and whose word on the client's address counts.
///
/// @param allowedOrigins origins (`https://app.example.com`) whose pages may call the API and open sockets, beside
///        Ringback's own origin; apps outside a browser send no origin and are not affected
/// @param trustedProxies addresses or networks (`10.0.0.0/8`) of the proxies before Ringback: only their `X-Forwarded-For`
///        is believed, when requests of an address are counted
@ConfigurationProperties("ringback.http")
public record HttpSettings(@DefaultValue List<String> allowedOrigins, @DefaultValue List<String> trustedProxies) {}
