@NullMarked
package dev.ringback.announce;

import org.jspecify.annotations.NullMarked;
