@NullMarked
package dev.ringback.admission;

import org.jspecify.annotations.NullMarked;
