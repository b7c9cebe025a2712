/// What follows work through the service for those who run it: spans of traces, and the call's id in every line of the log.
///
/// While tracing is off (`management.tracing.export.enabled`) there is no tracer, and a span costs a look at a field.
/// Nothing here may name a user or hold a token: neither in a span nor beside a line of the log.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.ringback.telemetry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
