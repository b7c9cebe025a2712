/// What the tests of several modules share: a real PostgreSQL, a clock that can be set, and clients.
@NullMarked
package dev.ringback.support;

import org.jspecify.annotations.NullMarked;
