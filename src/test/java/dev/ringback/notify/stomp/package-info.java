@NullMarked
package dev.ringback.notify.stomp;

import org.jspecify.annotations.NullMarked;
