@NullMarked
package dev.ringback.notify.webpush;

import org.jspecify.annotations.NullMarked;
