@NullMarked
package dev.ringback.webhook.dialstack;

import org.jspecify.annotations.NullMarked;
