@NullMarked
package dev.ringback.call;

import org.jspecify.annotations.NullMarked;
