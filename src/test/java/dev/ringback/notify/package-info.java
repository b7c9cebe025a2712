@NullMarked
package dev.ringback.notify;

import org.jspecify.annotations.NullMarked;
