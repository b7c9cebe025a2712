package dev.ringback.admission;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Every request to the API is asked for before its body is read.
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration implements WebMvcConfigurer {
    private final AdmissionControl admission;

    AdmissionConfiguration(AdmissionControl admission) {
        this.admission = admission;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new HandlerInterceptor() {
            @Override
            public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
                admission.request();
                return true;
            }
        }).addPathPatterns("/api/**");
    }
}
