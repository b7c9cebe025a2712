package dev.ringback.admin;

import dev.ringback.identity.AdminSettings;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.StaticFiles;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The page is open to everybody and knows nothing: what it shows, it reads with the token of whoever looks. While it is
/// off, neither it nor its routes are there.
@Configuration(proxyBeanMethods = false)
class AdminConfiguration implements WebMvcConfigurer {
    private final AdminSettings settings;

    AdminConfiguration(AdminSettings settings) {
        this.settings = settings;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new HandlerInterceptor() {
            @Override
            public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
                if (!settings.isOn()) {
                    throw new ProblemException(ProblemCode.NOT_FOUND);
                }
                return true;
            }
        }).addPathPatterns("/api/admin/**");
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        if (settings.isOn()) {
            registry.addViewController("/admin").setViewName("forward:/admin/assets/index.html");
        }
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        if (settings.isOn()) {
            StaticFiles.serve(registry, "/admin/assets/**", "/admin-page/");
        }
    }
}
