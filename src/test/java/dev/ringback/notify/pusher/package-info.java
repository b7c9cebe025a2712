@NullMarked
package dev.ringback.notify.pusher;

import org.jspecify.annotations.NullMarked;
