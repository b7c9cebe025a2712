@NullMarked
package dev.ringback;

import org.jspecify.annotations.NullMarked;
