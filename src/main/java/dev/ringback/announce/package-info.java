/// Webhooks out: what happens to calls and devices, told to the operator's own backends by the Standard Webhooks
/// specification (github.com/standard-webhooks/standard-webhooks, `spec/standard-webhooks.md`).
///
/// An event is written down in the transaction in which it happens and sent afterwards, by any node, until the endpoint
/// takes it or it is parked; the events of one call reach an endpoint in their order. Nothing here keeps a ring waiting, and
/// no endpoint another one.
@ApplicationModule(allowedDependencies = {"call", "database", "device", "identity", "net", "telemetry", "web"})
@NullMarked
package dev.ringback.announce;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
