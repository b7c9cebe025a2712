@NullMarked
package dev.ringback.trace;

import org.jspecify.annotations.NullMarked;
