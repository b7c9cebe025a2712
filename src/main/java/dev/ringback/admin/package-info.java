/// The page `/admin` for operators: what rings right now, how calls and pushes went lately, what a user's devices are and
/// whether they ring, and what was given up. Off unless `ringback.admin` says otherwise.
///
/// It reads, and rings devices for a test; it changes no call. What it asks of the database has a bound and an index, and
/// is asked only while somebody looks.
@ApplicationModule(allowedDependencies = {"call", "identity", "notify", "web"})
@NullMarked
package dev.ringback.admin;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
