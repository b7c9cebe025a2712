@NullMarked
package dev.ringback.webhook.enablex;

import org.jspecify.annotations.NullMarked;
