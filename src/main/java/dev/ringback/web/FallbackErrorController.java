package dev.ringback.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/// Answers what fails outside any controller (in a filter, or in the container) as a problem detail too.
@Controller
class FallbackErrorController implements ErrorController {
    private final ProblemWriter problemWriter;

    FallbackErrorController(ProblemWriter problemWriter) {
        this.problemWriter = problemWriter;
    }

    @RequestMapping("${spring.web.error.path:/error}")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        problemWriter.write(response, new ProblemException(code(request)));
    }

    private static ProblemCode code(HttpServletRequest request) {
        return switch (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE)) {
            case Integer status when status == 400 -> ProblemCode.INVALID_REQUEST;
            case Integer status when status == 401 -> ProblemCode.UNAUTHENTICATED;
            case Integer status when status == 403 -> ProblemCode.FORBIDDEN;
            case Integer status when status == 404 -> ProblemCode.NOT_FOUND;
            case Integer status when status == 405 -> ProblemCode.METHOD_NOT_ALLOWED;
            case Integer status when status == 413 -> ProblemCode.BODY_TOO_LARGE;
            case Integer status when status == 503 -> ProblemCode.UNAVAILABLE;
            case null, default -> ProblemCode.INTERNAL_ERROR;
        };
    }
}
