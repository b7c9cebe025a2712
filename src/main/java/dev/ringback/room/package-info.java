/// The room provider: where a call's room is made, joined and deleted.
///
/// The rest of Ringback knows only [dev.ringback.room.RoomProvider]; which provider answers is decided by settings.
/// A provider's credentials never leave its own package, and never reach a log or an error.
@ApplicationModule(allowedDependencies = {"telemetry"})
@NullMarked
package dev.ringback.room;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
