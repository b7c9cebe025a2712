@NullMarked
package dev.ringback.device;

import org.jspecify.annotations.NullMarked;
