@NullMarked
package dev.ringback.webhook;

import org.jspecify.annotations.NullMarked;
