@NullMarked
package dev.ringback.webhook.cometchat;

import org.jspecify.annotations.NullMarked;
