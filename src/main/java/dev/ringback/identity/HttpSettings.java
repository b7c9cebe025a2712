package dev.ringback.identity;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which web pages may talk to Ringback.
///
/// @param allowedOrigins origins (`https://app.example.com`) whose pages may call the API and open sockets, beside
///        Ringback's own origin; apps outside a browser send no origin and are not affected
@ConfigurationProperties("ringback.http")
public record HttpSettings(@DefaultValue List<String> allowedOrigins) {}
