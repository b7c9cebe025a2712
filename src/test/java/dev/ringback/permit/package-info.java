@NullMarked
package dev.ringback.permit;

import org.jspecify.annotations.NullMarked;
