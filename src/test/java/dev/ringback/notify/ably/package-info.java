@NullMarked
package dev.ringback.notify.ably;

import org.jspecify.annotations.NullMarked;
