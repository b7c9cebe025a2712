/// Several nodes as one: what is told to a user reaches the sockets of every node, and limits count on all of them together,
/// by way of Redis or Valkey. Off until `ringback.redis.url` is set; without it a node knows its own sockets only.
@ApplicationModule(allowedDependencies = {"notify", "identity"})
@NullMarked
package dev.ringback.cluster;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
