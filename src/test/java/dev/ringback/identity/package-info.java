@NullMarked
package dev.ringback.identity;

import org.jspecify.annotations.NullMarked;
