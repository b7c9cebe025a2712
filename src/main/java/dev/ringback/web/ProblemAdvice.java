package dev.ringback.web;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/// Answers every failed HTTP request with `application/problem+json`.
@RestControllerAdvice
class ProblemAdvice {
    private final Problems problems;

    ProblemAdvice(Problems problems) {
        this.problems = problems;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(Exception failure) {
        var problem = problems.asProblem(failure);
        return ResponseEntity.status(problem.code().status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .headers(headers -> retryAfter(headers, problem))
                .body(problems.detail(problem));
    }

    /// The client has gone: there is nobody to answer.
    @ExceptionHandler
    void gone(AsyncRequestNotUsableException failure) {}

    private static void retryAfter(HttpHeaders headers, ProblemException problem) {
        var seconds = problem.retryAfterSeconds();
        if (seconds != null) {
            headers.set(HttpHeaders.RETRY_AFTER, seconds.toString());
        }
    }
}
