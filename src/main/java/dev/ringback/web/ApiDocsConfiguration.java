package dev.ringback.web;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The frame of the API description at `/v3/api-docs`.
@Configuration(proxyBeanMethods = false)
class ApiDocsConfiguration {
    private static final String USER_TOKEN = "user_token";

    @Bean
    OpenAPI ringbackApi() {
        return new OpenAPI()
                .info(new Info().title("Ringback")
                        .version("1")
                        .description(
                                "Makes the other phone ring. Errors are problem details (RFC 9457) with a stable `code`.")
                        .license(new License().name("Apache-2.0")))
                .components(new Components().addSecuritySchemes(USER_TOKEN,
                        new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer").bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(USER_TOKEN));
    }
}
